"""One's data: to take along, and to delete."""

from collections.abc import Iterator
from typing import cast

from flask import Blueprint, Response, g, redirect, render_template, request, stream_with_context
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.flows.erase_creator import erase_creator
from app.flows.own_data import own_data
from app.identities import forget, store
from app.identities.model import PortalSession
from app.kernel.errors import RefusedError
from app.reports import own
from app.web.audience import Audience, audience
from app.web.portal.door import SIGN_IN, sign_browser_out
from app.web.portal.sign_in import flow
from app.web.portal.visit import Visit, now, visit
from app.web.visit import back

pages = Blueprint("data", __name__)
REFUSED = 422


@pages.get("/portal/<shop>/<creator>/data")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page."""
    with visit(shop, creator) as v:
        return _page(v, "")


@pages.get("/portal/<shop>/<creator>/data.json")
@audience(Audience.CREATOR)
def download(shop: str, creator: str) -> Response:
    """Everything, sent while it is read."""

    def lines() -> Iterator[bytes]:
        with visit(shop, creator) as v:
            yield from own_data(v.session, v.shop, v.creator, v.now)

    with visit(shop, creator) as v:  # Refused here, while there is still a status to refuse with.
        name = f"{v.creator.handle}-{v.now.date()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(lines()), content_type="application/json", headers=headers)


@pages.post("/portal/<shop>/<creator>/data/deletion")
@audience(Audience.CREATOR)
def delete(shop: str, creator: str) -> AnyResponse | tuple[str, int]:
    """Delete the account at this shop; with the last shop the sign-in itself."""
    signed = cast("PortalSession", g.signed)
    with visit(shop, creator) as v:
        problem = _missing(v, signed)
        if problem:
            return _page(v, problem), REFUSED
    try:
        with visit(shop, creator) as v:
            erase_creator(v.session, v.creator.handle, actor=v.actor, now=v.now)
    except RefusedError as refused:
        with visit(shop, creator) as v:
            return _page(v, str(refused)), REFUSED
    with flow().open_platform() as session, session.begin():
        if store.memberships(session, signed.identity.id):
            return back("/portal", "deleted")
        forget.forget(session, [signed.identity.id])
    return sign_browser_out(redirect(f"{SIGN_IN}?done=deleted", 303))


def _missing(v: Visit, signed: PortalSession) -> str:
    """What has to be done before; nothing: go on."""
    if not signed.is_fresh(now()):
        return str(_("Sign in once more before you delete your account."))
    if request.form.get("handle", "").strip().lstrip("@").lower() != v.creator.handle:
        return str(_("Type your name as it stands below, to be sure."))
    if _owed(v) and request.form.get("gives_up") != "yes":
        return str(_("You are still owed money. Wait until it is paid, or say that you give it up."))
    return ""


def _owed(v: Visit) -> list[own.Sums]:
    return [s for s in own.sums(v.session, v.creator.id) if s.pending_minor + s.payable_minor > 0]


def _page(v: Visit, problem: str) -> str:
    signed = cast("PortalSession", g.signed)
    return render_template(
        "portal/data.html",
        owed=_owed(v),
        problem=problem,
        is_fresh=signed.is_fresh(now()),
    )
