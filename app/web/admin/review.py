"""The review queue: commissions that wait for a human, each word about them, and each of it undone."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.commissions import verdicts
from app.flows import review
from app.fraud.answer import answer_flag
from app.kernel.errors import Invalid, RefusedError
from app.reports import review as reports
from app.reports.model import Page
from app.reports.review import ReviewFilters
from app.web.admin import inputs
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, visit

pages = Blueprint("review", __name__)
REFUSED = 422
AT_ONCE = 50
LONGEST_NUMBER = 19
Key = tuple[int, int]


@pages.get("/review")
@audience(Audience.MERCHANT)
def show() -> str:
    """What waits, or with `view=decided` what was said."""
    return _page()


@pages.post("/review/verdicts")
@audience(Audience.MERCHANT)
def rule() -> Response | tuple[str, int]:
    """Say one word about the chosen commissions: all of it happens, or nothing."""
    form = request.form
    verb, _, only = form.get("verb", "").partition(" ")
    reason = form.get(f"reason {only}" if only else "reason", "")
    try:
        keys = [_key(text) for text in ([only] if only else form.getlist("credit"))]
        with visit() as v:
            _say(v, verb, keys, reason)
    except RefusedError as refused:
        return _page(problem=str(refused), typed=reason), REFUSED
    return back(_here(), {"approve": "approved", "deny": "denied", "hold": "held", "undo": "undone"}[verb])


@pages.post("/review/<int:order_id>/<int:creator_id>/answer")
@audience(Audience.MERCHANT)
def answer(order_id: int, creator_id: int) -> Response | tuple[str, int]:
    """Write down what the creator says."""
    try:
        with visit() as v:
            answer_flag(
                v.session, order_id, creator_id, request.form.get("answer", ""), actor=v.actor, now=v.now
            )
    except Invalid as refused:
        return _page(problem=str(refused)), REFUSED
    return back(_here(), "saved")


def _say(v: Visit, verb: str, keys: list[Key], reason: str) -> None:
    words = {"approve": verdicts.approve, "deny": verdicts.deny, "hold": verdicts.hold}
    if not verb:
        raise Invalid("Press Approve, Deny or Hold to decide.")
    if not keys:
        raise Invalid("Nothing was chosen. Tick the orders that you decide about.")
    if verb == "undo":
        verdicts.undo(v.session, keys, actor=v.actor, now=v.now)
    elif verb in words:
        words[verb](v.session, keys, reason=reason, actor=v.actor, now=v.now)
    else:
        raise Invalid(f"{verb[:40]!r} is nothing that can be said about an order.")


def _key(text: str) -> Key:
    """`order-creator`, as the page writes it. Raises Invalid."""
    numbers = text.split("-")
    fit = all(n.isascii() and n.isdecimal() and len(n) <= LONGEST_NUMBER for n in numbers)
    if len(numbers) != 2 or not fit:  # noqa: PLR2004 - two numbers
        raise Invalid(f"{text[:60]!r} names no commission. Load the page anew.")
    return int(numbers[0]), int(numbers[1])


def _page(*, problem: str | None = None, typed: str = "") -> str:
    # After a refused write the list is that of the page which sent it.
    asked = request.form if request.method == "POST" else request.args
    filters = ReviewFilters(asked.get("flag") or None, asked.get("creator") or None)
    view, page = asked.get("view", "open"), Page(inputs.page(asked).number, AT_ONCE)
    with visit() as v:
        if view == "decided":
            decided, total = reports.decided(v.session, filters, page)
            shown: dict[str, object] = {"decided": decided}
        else:
            rows, total = reports.waiting(v.session, filters, page)
            why = (
                review.reasons(v.session, {(r.order_id, r.creator_id): r.flags for r in rows}) if rows else {}
            )
            shown = {"rows": [(row, why[row.order_id, row.creator_id]) for row in rows]}
        queue = reports.queue(v.session)
    return render_template(
        "admin/review.html", **{"rows": [], "decided": []} | shown, total=total, page=page, filters=filters,
        queue=queue, view="decided" if view == "decided" else "open", label=review.label, problem=problem, typed=typed,
    )  # fmt: skip


def _here() -> str:
    """The list that the form was sent from."""
    kept = {key: request.form.get(key, "") for key in ("view", "flag", "creator")}
    query = urlencode({key: text for key, text in kept.items() if text})
    return f"/review?{query}" if query else "/review"
