"""The account: who one is for the shop, the terms, the browsers that are signed in."""

from typing import TYPE_CHECKING, cast

from babel import Locale
from flask import Blueprint, current_app, g, render_template, request
from werkzeug.wrappers import Response

from app.creators import profile_store
from app.flows.own_profile import CHANNELS, put_profile
from app.flows.own_terms import accept_terms, own_terms
from app.identities import passkey_store, store
from app.identities.model import PortalSession, digest
from app.kernel.errors import Invalid
from app.messages import store as messages
from app.payouts import details_store
from app.web.audience import Audience, audience
from app.web.formats import Format
from app.web.portal.sign_in import flow
from app.web.portal.visit import Visit, now, place, visit
from app.web.visit import back

if TYPE_CHECKING:
    from app.flows.desk import Desk

pages = Blueprint("account", __name__)
REFUSED = 422


@pages.get("/portal/<shop>/<creator>/account")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """Where everything about oneself is."""
    with visit(shop, creator) as v:
        written = messages.of_creator(v.session, v.creator.id)
        return render_template(
            "portal/account.html",
            details=details_store.newest(v.session, v.creator.id),
            unread=sum(1 for one in written if not one.is_from_creator and one.read_at is None),
            creator=v.creator,
        )


@pages.get("/portal/<shop>/<creator>/profile")
@audience(Audience.CREATOR)
def profile(shop: str, creator: str) -> str:
    """Name, channels, audience."""
    with visit(shop, creator) as v:
        return _profile(v, _said(v), "")


@pages.post("/portal/<shop>/<creator>/profile")
@audience(Audience.CREATOR)
def put(shop: str, creator: str) -> Response | tuple[str, int]:
    """Keep them."""
    desk: Desk = current_app.extensions["tribute.desk"]
    typed = request.form.to_dict()
    try:
        with visit(shop, creator) as v:
            put_profile(v.session, desk, v.creator.handle, typed, actor=v.actor, now=v.now)
    except Invalid as invalid:
        with visit(shop, creator) as v:
            return _profile(v, typed, str(invalid)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/profile", "saved")


@pages.get("/portal/<shop>/<creator>/terms")
@audience(Audience.CREATOR)
def terms(shop: str, creator: str) -> str:
    """What is earned by which terms, since when, and what was accepted."""
    with visit(shop, creator) as v:
        # The terms are said in English, so their numbers are, too: mixed with another script they would be shuffled.
        english = Format(Locale("en"), v.shop.currency, v.shop.timezone)
        programs = own_terms(v.session, v.creator.id, english)
        return render_template("portal/terms.html", programs=programs, now=v.now)


@pages.post("/portal/<shop>/<creator>/terms/<int:offer>")
@audience(Audience.CREATOR)
def accept(shop: str, creator: str, offer: int) -> Response:
    """Accept a version."""
    with visit(shop, creator) as v:
        accept_terms(v.session, v.creator.id, offer, v.now)
    return back(f"{place(v.shop, v.creator.handle)}/terms", "accepted")


@pages.get("/portal/<shop>/<creator>/security")
@audience(Audience.CREATOR)
def security(shop: str, creator: str) -> str:
    """The browsers that are signed in, and the passkeys."""
    signed = cast("PortalSession", g.signed)
    with visit(shop, creator):
        pass  # Refused here for whoever is not this creator.
    with flow().open_platform() as session, session.begin():
        return render_template(
            "portal/security.html",
            devices=store.devices(session, signed.identity.id, digest(g.secret), now()),
            passkeys=passkey_store.of(session, signed.identity.id),
            is_fresh=signed.is_fresh(now()),
        )


@pages.post("/portal/<shop>/<creator>/security/<key>")
@audience(Audience.CREATOR)
def end(shop: str, creator: str, key: str) -> Response:
    """Sign one of one's browsers out."""
    signed = cast("PortalSession", g.signed)
    with visit(shop, creator) as v:
        here = place(v.shop, v.creator.handle)
    with flow().open_platform() as session, session.begin():
        store.end_device(session, signed.identity.id, key)
    return back(f"{here}/security", "removed")


def _said(v: Visit) -> dict[str, str]:
    """What is known, as the form's fields."""
    known = profile_store.profile(v.session, v.creator.id)
    return {
        "name": v.creator.contact.name,
        "about": known.about,
        "country": known.country,
        "interests": ", ".join(known.interests),
        **{f"at_{channel}": v.creator.contact.profile.get(channel, "") for channel in CHANNELS},
        **{f"followers_{channel}": str(number) for channel, number in known.followers.items()},
    }


def _profile(v: Visit, typed: dict[str, str], problem: str) -> str:
    return render_template(
        "portal/profile.html",
        typed=typed,
        email=v.creator.contact.email,
        channels=CHANNELS,
        problem=problem,
    )
