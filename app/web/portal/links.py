"""Codes and links: to copy, to share, as QR codes; and a new link to any page of the store."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from app.flows.own_link import MOST, own_link
from app.kernel.errors import Invalid
from app.kernel.period import day_of
from app.reports.links import links_of
from app.reports.people import person
from app.tracking.model import BadLink, check_path
from app.web.audience import Audience, audience
from app.web.portal.home import DAYS
from app.web.portal.visit import Visit, place, visit
from app.web.sharing import CHANNELS, qr
from app.web.visit import back

if TYPE_CHECKING:
    from app.flows.desk import Desk

pages = Blueprint("links", __name__)
REFUSED = 422


@pages.get("/portal/<shop>/<creator>/links")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page."""
    with visit(shop, creator) as v:
        return _page(v, "", CHANNELS[0], "")


@pages.post("/portal/<shop>/<creator>/links")
@audience(Audience.CREATOR)
def make(shop: str, creator: str) -> Response | tuple[str, int]:
    """A new link to a page of the store."""
    desk: Desk = current_app.extensions["tribute.desk"]
    typed, channel = request.form.get("to", ""), request.form.get("channel", CHANNELS[0])
    with visit(shop, creator) as v:
        try:
            to_path = path_of(typed)
            own_link(v.session, desk, v.creator.handle, to_path, channel, actor=v.actor, now=v.now)
        except Invalid as invalid:
            return _page(v, typed, channel, str(invalid)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/links", "added")


def path_of(typed: str) -> str:
    """The path of an address of the store, as people copy it; nothing says where else it stood. Raises BadLink."""
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        raise BadLink(f"{typed[:80]!r} is no address; copy one of a page of the store.") from None
    path = parts.path or "/"
    return check_path(
        (path if path.startswith("/") else f"/{path}") + (f"?{parts.query}" if parts.query else "")
    )


def _page(v: Visit, typed: str, channel: str, problem: str) -> str:
    base: str = current_app.extensions["tribute.door"].url
    links = links_of(v.session, v.creator.handle, day_of(v.now, v.shop.timezone) - timedelta(days=DAYS - 1))
    return render_template(
        "portal/links.html",
        person=person(v.session, v.creator.handle, v.now),
        links=[(link, f"{base}/r/{link.slug}", qr(f"{base}/r/{link.slug}")) for link in links],
        channels=CHANNELS,
        channel=channel,
        typed=typed,
        problem=problem,
        most=MOST,
    )
