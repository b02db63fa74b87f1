"""What one was credited with: the orders, and of each why and how its commission comes about."""

from datetime import date

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows.explain import explain
from app.flows.explain_redacted import redacted
from app.fraud import word_store
from app.fraud.answer import LONGEST, answer_flag
from app.kernel.errors import Invalid, NotFound
from app.reports import own
from app.web.audience import Audience, audience
from app.web.portal.visit import Visit, place, visit
from app.web.visit import back

pages = Blueprint("sales", __name__)
_LONGEST_NUMBER = 19


class NotYours(NotFound):
    """An order that is not in the shop, or not theirs: nobody is told which."""

    def __init__(self, order: str) -> None:
        super().__init__(f"Order {order[:20]!r} is not among your sales.")


@pages.get("/portal/<shop>/<creator>/sales")
@audience(Audience.CREATOR)
def listed(shop: str, creator: str) -> str:
    """The orders, the newest first."""
    with visit(shop, creator) as v:
        found, more = own.sales(v.session, v.creator.id, now=v.now, before=_before())
    last = f"{found[-1].placed_on}:{found[-1].order_id}" if found and more else ""
    return render_template("portal/sales.html", sales=found, last=last)


@pages.get("/portal/<shop>/<creator>/sales/<order>")
@audience(Audience.CREATOR)
def one(shop: str, creator: str, order: str) -> str:
    """One order: the merchant's own record, without what is others'."""
    with visit(shop, creator) as v:
        return _page(v, order, "", "")


@pages.post("/portal/<shop>/<creator>/sales/<order>/answer")
@audience(Audience.CREATOR)
def answer(shop: str, creator: str, order: str) -> Response | tuple[str, int]:
    """Answer a flag."""
    typed = request.form.get("answer", "")
    with visit(shop, creator) as v:
        _own(v, order)
        try:
            answer_flag(v.session, int(order), v.creator.id, typed, actor=v.actor, now=v.now)
        except Invalid as invalid:
            return _page(v, order, typed, str(invalid)), 422
    return back(f"{place(v.shop, v.creator.handle)}/sales/{order}", "sent")


def _page(v: Visit, order: str, typed: str, problem: str) -> str:
    _own(v, order)
    return render_template(
        "portal/sale.html",
        record=redacted(explain(v.session, order, v.now), v.creator.handle),
        answered=word_store.answer_of(v.session, int(order), v.creator.id),
        typed=typed,
        problem=problem,
        longest=LONGEST,
    )


def _own(v: Visit, order: str) -> None:
    """Refuse all orders but the creator's own, before anything of them is read."""
    is_number = order.isascii() and order.isdecimal() and len(order) <= _LONGEST_NUMBER
    if not is_number or not own.is_credited(v.session, v.creator.id, int(order)):
        raise NotYours(order)


def _before() -> tuple[date, int] | None:
    day, _, number = request.args.get("before", "").partition(":")
    try:
        return (date.fromisoformat(day), int(number[:_LONGEST_NUMBER])) if day else None
    except ValueError:
        return None
