"""Keys of one's devices: adding, removing, and signing in by them. Asked and answered by the page's script."""

from typing import cast

from flask import Blueprint, current_app, g, jsonify, request
from limits import RateLimitItemPerMinute
from werkzeug.wrappers import Response

from app.flows.passkeys import Passkeys
from app.flows.sign_in import HOME, own_page
from app.identities import passkey_store
from app.identities.model import PortalSession, device
from app.kernel.errors import Forbidden, NotFound
from app.web.audience import Audience, audience
from app.web.portal.door import from_where, limited, sign_browser_in
from app.web.portal.visit import now, place, visit
from app.web.visit import back

pages = Blueprint("passkeys", __name__)
TRIED = RateLimitItemPerMinute(20)
_LONGEST_ID = 2048


class SignInAgain(Forbidden):
    """Too long ago for what opens the account."""

    def __init__(self) -> None:
        super().__init__("You signed in some time ago. Sign in once more, then add the passkey.")


def keys() -> Passkeys:
    """The flow behind these pages."""
    return cast("Passkeys", current_app.extensions["tribute.passkeys"])


@pages.post("/portal/passkey/question")
@audience(Audience.PUBLIC)
def ask() -> Response:
    """What a device is asked to sign in."""
    limited(TRIED, "passkey", from_where())
    question = keys().ask_to_sign_in()
    return jsonify({"ticket": question.ticket, "options": question.options})


@pages.post("/portal/passkey")
@audience(Audience.PUBLIC)
def enter() -> Response:
    """Sign in by the answer."""
    limited(TRIED, "passkey", from_where())
    answer, agent = request.form.get("answer", ""), request.user_agent.string
    secret = keys().enter(request.form.get("ticket", ""), answer, agent, g.secret)
    wanted = own_page(request.form.get("to", HOME))
    return sign_browser_in(jsonify({"to": wanted}), secret)


@pages.post("/portal/<shop>/<creator>/passkeys/question")
@audience(Audience.CREATOR)
def ask_to_add(shop: str, creator: str) -> Response:
    """What a device is asked to make a key."""
    signed = _fresh()
    with visit(shop, creator):
        pass  # Refused here for whoever is not this creator.
    question = keys().ask_to_add(signed.identity)
    return jsonify({"ticket": question.ticket, "options": question.options})


@pages.post("/portal/<shop>/<creator>/passkeys")
@audience(Audience.CREATOR)
def add(shop: str, creator: str) -> Response:
    """Keep the key."""
    signed = _fresh()
    with visit(shop, creator) as v:
        here = place(v.shop, v.creator.handle)
    name = device(request.user_agent.string) or "Passkey"
    keys().add(signed.identity, request.form.get("ticket", ""), request.form.get("answer", ""), name)
    return jsonify({"to": f"{here}/security?done=added"})


@pages.post("/portal/<shop>/<creator>/passkeys/<number>")
@audience(Audience.CREATOR)
def remove(shop: str, creator: str, number: str) -> Response:
    """Take one of one's keys away."""
    signed = cast("PortalSession", g.signed)
    with visit(shop, creator) as v:
        here = place(v.shop, v.creator.handle)
    with keys().open_platform() as session, session.begin():
        if not passkey_store.drop(session, signed.identity.id, _id(number)):
            raise NotFound("You have no such passkey.")
    return back(f"{here}/security", "removed")


def _fresh() -> PortalSession:
    signed = cast("PortalSession", g.signed)
    if not signed.is_fresh(now()):
        raise SignInAgain
    return signed


def _id(number: str) -> bytes:
    try:
        return bytes.fromhex(number[:_LONGEST_ID])
    except ValueError:
        return b""
