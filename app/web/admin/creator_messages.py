"""What a creator and the shop wrote to each other, and an answer."""

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.creators import store as creators
from app.flows.write_message import opened, write
from app.kernel.errors import Invalid
from app.messages import store
from app.messages.model import LONGEST
from app.reports import people
from app.web.audience import Audience, audience
from app.web.uploads import as_file
from app.web.visit import Visit, back, cashier, visit

pages = Blueprint("creator_messages", __name__)
REFUSED = 422


@pages.get("/creators/<handle>/messages")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    with visit() as v:
        return _page(v, handle, "", "")


@pages.post("/creators/<handle>/messages")
@audience(Audience.MERCHANT)
def send(handle: str) -> AnyResponse | tuple[str, int]:
    """Write to the creator; what they wrote counts as read."""
    typed = request.form.get("body", "")
    try:
        with visit() as v:
            write(v.session, cashier().vault, handle, typed, is_from_creator=False, actor=v.actor, now=v.now)
            _mark_read(v, handle)
    except Invalid as invalid:
        with visit() as v:
            return _page(v, handle, typed, str(invalid)), REFUSED
    return back(f"/creators/{handle}/messages", "sent")


@pages.post("/creators/<handle>/messages/read")
@audience(Audience.MERCHANT)
def read(handle: str) -> AnyResponse:
    """What the creator wrote needs no answer."""
    with visit() as v:
        _mark_read(v, handle)
    return back(f"/creators/{handle}/messages", "saved")


@pages.get("/creators/<handle>/messages/<int:message_id>/file")
@audience(Audience.MERCHANT)
def file(handle: str, message_id: int) -> Response:
    """The file of a message, kept and never shown as a page."""
    with visit() as v:
        found = opened(v.session, cashier().vault, creators.creator(v.session, handle).id, message_id)
    return as_file(found)


def _mark_read(v: Visit, handle: str) -> None:
    store.mark_read(v.session, creators.creator(v.session, handle).id, by_creator=False, now=v.now)


def _page(v: Visit, handle: str, typed: str, problem: str) -> str:
    person = people.person(v.session, handle, v.now)
    written = store.of_creator(v.session, person.id)
    return render_template(
        "admin/creator_messages.html",
        person=person,
        messages=written,
        waits=any(one.is_from_creator and one.read_at is None for one in written),
        typed=typed,
        problem=problem,
        longest=LONGEST,
    )
