"""The links of one creator: where they lead, how often they are followed, their QR codes, and a new one."""

from datetime import timedelta

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from app.creators import store as creators
from app.flows.give_link import give_link
from app.kernel.change import Change
from app.kernel.errors import Invalid
from app.kernel.period import day_of
from app.reports.funnel import funnel
from app.reports.links import by_channel, links_of
from app.tracking.model import SlugTaken, check_channel, check_path, check_slug
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.guard import gate_of
from app.web.sharing import CHANNELS, qr
from app.web.visit import back, desk, visit

pages = Blueprint("links", __name__)
REFUSED = 422
RECENT = timedelta(days=27)
SEEN = timedelta(days=28)


@pages.get("/creators/<handle>/links")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    return _page(handle, Form({"channel": CHANNELS[0], "to": "/"}))


@pages.post("/creators/<handle>/links")
@audience(Audience.MERCHANT)
def save(handle: str) -> Response | tuple[str, int]:
    """Give the creator a link, or let one of theirs lead elsewhere."""
    form = Form(request.form)
    slug = form.read("slug", lambda typed: check_slug(typed.strip().lower()), "")
    to_path = form.read("to", lambda typed: check_path(typed.strip() or "/"), "")
    channel = form.read("channel", check_channel, "")
    if not form.errors:
        try:
            with visit() as v:
                change = give_link(
                    v.session,
                    desk(),
                    handle,
                    slug=slug,
                    to_path=to_path,
                    channel=channel,
                    actor=v.actor,
                    now=v.now,
                )
            return back(f"/creators/{handle}/links", "added" if change is Change.CREATED else "saved")
        except (SlugTaken, Invalid) as refusal:
            form.errors["slug"] = str(refusal)
    return _page(handle, form), REFUSED


def _page(handle: str, form: Form) -> str:
    with visit() as v:
        person = creators.creator(v.session, handle)
        links = links_of(v.session, handle, day_of(v.now, v.shop.timezone) - RECENT)
        way = funnel(v.session, handle, v.now - SEEN)
    base = gate_of(current_app).url
    return render_template(
        "admin/links.html",
        person=person,
        links=[(link, qr(f"{base}/r/{link.slug}")) for link in links],
        by_channel=by_channel(links),
        funnel=way,
        channels=CHANNELS,
        form=form,
        live=not form.errors,
    )
