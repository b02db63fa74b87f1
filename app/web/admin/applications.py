"""Applications that wait: who wants to become a creator, and the merchant's answer."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows import decide_application
from app.kernel import words
from app.kernel.errors import Conflict, Invalid
from app.storefront.store import applications
from app.web.admin.creator_writes import by_pattern
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import back, desk, visit

pages = Blueprint("applications", __name__)
REFUSED = 422
AT_ONCE = 50


@pages.get("/applications")
@audience(Audience.MERCHANT)
def show() -> str:
    """The oldest first."""
    return _page()


@pages.post("/applications/<int:application_id>/acceptance")
@audience(Audience.MERCHANT)
def accept(application_id: int) -> Response | tuple[str, int]:
    """Take the applicant in, with a code by the program's pattern."""
    form = Form(request.form)
    handle = form.read("handle", lambda typed: words.handle(typed.strip().lower()), "")
    if form.errors:
        return _page(application_id, form.errors["handle"], form.value("handle")), REFUSED
    try:
        with visit() as v:
            waiting = applications.one(v.session, application_id)
        code = by_pattern(decide_application.newcomer(waiting.sent, waiting.program, handle))
        with visit() as v:
            decide_application.accept(
                v.session, desk(), application_id, handle=handle, code=code, actor=v.actor, now=v.now
            )
    except (Conflict, Invalid) as refusal:
        return _page(application_id, str(refusal), handle), REFUSED
    return back(f"/creators/{handle}", "added")


@pages.post("/applications/<int:application_id>/decline")
@audience(Audience.MERCHANT)
def decline(application_id: int) -> Response:
    """Forget the applicant."""
    with visit() as v:
        decide_application.decline(v.session, application_id, actor=v.actor, now=v.now)
    return back("/applications", "declined")


def _page(number: int = 0, error: str = "", typed: str = "") -> str:
    with visit() as v:
        rows = applications.waiting(v.session, most=AT_ONCE)
    handles = {row.id: words.handle_of(row.sent.name) for row in rows}
    return render_template(
        "admin/applications.html", rows=rows, handles=handles | {number: typed}, wrong=number, error=error
    )
