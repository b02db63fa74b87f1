"""Payouts: what comes next, what was paid, and of each payout what it is for."""

from typing import TYPE_CHECKING

from babel import Locale
from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from app.flows.next_payout import next_payout
from app.flows.payout_jobs import plan_soon
from app.flows.payout_request import may_ask_for, request
from app.flows.payout_run import Ways
from app.kernel.errors import NotFound, RefusedError
from app.payouts import details_store, run_store, store
from app.payouts.protocol import ASK
from app.reports import payouts as report
from app.reports.payouts import Item
from app.web.audience import Audience, audience
from app.web.formats import Format
from app.web.portal.home import ways_of
from app.web.portal.visit import Visit, place, visit
from app.web.print import payout as paper
from app.web.uploads import pdf_file
from app.web.visit import back

if TYPE_CHECKING:
    from app.flows.desk import Desk

pages = Blueprint("payouts", __name__)
REFUSED = 422
_LONGEST_NUMBER = 18


class NotYours(NotFound):
    """A payout that is none, or another's: nobody is told which."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Payout {number[:20]!r} is not among yours.")


@pages.get("/portal/<shop>/<creator>/payouts")
@audience(Audience.CREATOR)
def listed(shop: str, creator: str) -> str:
    """The page."""
    ways = ways_of(shop)
    with visit(shop, creator) as v:
        return _page(v, ways, "")


@pages.post("/portal/<shop>/<creator>/payouts/request")
@audience(Audience.CREATOR)
def ask(shop: str, creator: str) -> Response | tuple[str, int]:
    """Ask the shop to pay what is due now."""
    desk: Desk = current_app.extensions["tribute.desk"]
    ways = ways_of(shop)
    try:
        with visit(shop, creator) as v:
            request(v.session, v.creator.id, ways, actor=v.actor, now=v.now)
            plan_soon(v.session, desk.queue)
    except RefusedError as refused:
        with visit(shop, creator) as v:
            return _page(v, ways, str(refused)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/payouts", "sent")


def _page(v: Visit, ways: Ways, problem: str) -> str:
    return render_template(
        "portal/payouts.html",
        coming=next_payout(v.session, v.creator.id, ways, timezone=v.shop.timezone, now=v.now),
        asked=run_store.newest_request(v.session, v.creator.id),
        may_ask_for=may_ask_for(v.session, v.creator.id, ways, v.now),
        details=details_store.newest(v.session, v.creator.id),
        payouts=report.of_creator(v.session, v.creator.id, ASK),
        now=v.now,
        problem=problem,
    )


@pages.get("/portal/<shop>/<creator>/payouts/<number>")
@audience(Audience.CREATOR)
def one(shop: str, creator: str, number: str) -> str:
    """One payout with the commissions that it pays."""
    with visit(shop, creator) as v:
        item = _own(v, number)
        return render_template("portal/payout.html", item=item, parts=report.parts(v.session, item.id))


@pages.get("/portal/<shop>/<creator>/payouts/<number>/statement.pdf")
@audience(Audience.CREATOR)
def as_pdf(shop: str, creator: str, number: str) -> Response:
    """The same to keep: in English, its numbers, too."""
    with visit(shop, creator) as v:
        item = _own(v, number)
        held, parts = store.get(v.session, item.id), report.parts(v.session, item.id)
    if held is None:
        raise NotYours(number)
    english = Format(Locale("en"), v.shop.currency, v.shop.timezone)
    name = v.shop.name or v.shop.domain
    body = paper.pdf(item, held, parts, shop=name, domain=v.shop.domain, fmt=english)
    return pdf_file(body, paper.file_name(item))


def _own(v: Visit, number: str) -> Item:
    """The payout of that number. Raises NotYours."""
    is_number = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
    item = report.one(v.session, int(number), ASK) if is_number else None
    if item is None or item.creator != v.creator.handle:
        raise NotYours(number)
    return item
