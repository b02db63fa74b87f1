"""What a merchant does with a creator's place: move it to another program, now or as of a day."""

from datetime import date, datetime

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.flows.move_enrollment import WouldRejudge, move_by_handles
from app.kernel.errors import Conflict, Invalid
from app.kernel.period import start_of
from app.web.admin.creators import Moving, page_of
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import Visit, back, desk, visit

pages = Blueprint("moves", __name__)
REFUSED = 422
EARLIEST, LATEST = date(2006, 1, 1), date(2100, 1, 1)


@pages.post("/creators/<handle>/enrollments/<program>/move")
@audience(Audience.MERCHANT)
def move(handle: str, program: str) -> Response | tuple[str, int]:
    """Move the creator; or ask about orders that were placed already, or say why not."""
    form = Form(request.form)
    to, day = form.value("program"), form.value("day")
    try:
        with visit() as v:
            at = _start(v, day)
            agreed = form.value("reprice") == at.isoformat()
            move_by_handles(
                v.session,
                desk().queue,
                handle,
                source=program,
                target=to,
                at=at,
                reprice=agreed,
                actor=v.actor,
                now=v.now,
            )
    except WouldRejudge as question:
        return page_of(handle, moving=Moving(program, to, day, question=question)), REFUSED
    except (Conflict, Invalid) as refusal:
        return page_of(handle, moving=Moving(program, to, day, error=str(refusal))), REFUSED
    return back(f"/creators/{handle}", "moved")


def _start(v: Visit, day: str) -> datetime:
    """The beginning of that day in the shop; now without one. Raises Invalid."""
    if not day.strip():
        return v.now
    try:
        found = date.fromisoformat(day.strip())
    except ValueError:
        raise Invalid(f"{day[:40]!r} is not a day such as 2026-12-01.") from None
    if not EARLIEST <= found <= LATEST:
        raise Invalid(f"{day} is no day that orders are placed on.")
    return start_of(found, v.shop.timezone)
