"""API keys: what a merchant's own servers speak with."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows import give_api_key
from app.kernel.errors import Conflict, Invalid
from app.shops.staff import Role
from app.shops.store import api_keys
from app.web.audience import Audience, audience
from app.web.visit import back, visit

pages = Blueprint("api_keys", __name__)
REFUSED = 422


@pages.get("/api-keys")
@audience(Audience.MERCHANT)
def listed() -> str:
    """Those that work."""
    return _page()


@pages.post("/api-keys")
@audience(Audience.MERCHANT, needs=Role.OWNER)
def give() -> str | tuple[str, int]:
    """Make one, and show it this once."""
    name = request.form.get("name", "")
    try:
        with visit() as v:
            key = give_api_key.give(v.session, name, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refusal:
        return _page(name=name, error=str(refusal)), REFUSED
    return _page(made=key)


@pages.post("/api-keys/<int:key_id>/revocation")
@audience(Audience.MERCHANT, needs=Role.OWNER)
def revoke(key_id: int) -> Response:
    """Let it work no longer."""
    with visit() as v:
        give_api_key.revoke(v.session, key_id, actor=v.actor, now=v.now)
    return back("/api-keys", "key_revoked")


def _page(*, name: str = "", error: str = "", made: str = "") -> str:
    with visit() as v:
        rows = api_keys.keys(v.session)
    return render_template("admin/api_keys.html", rows=rows, name=name, error=error, made=made)
