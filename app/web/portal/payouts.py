"""Payouts: what comes next, what was paid, and of each payout what it is for."""

from flask import Blueprint, render_template

from app.flows.next_payout import next_payout
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.payouts import details_store
from app.payouts.protocol import ASK
from app.reports import payouts as report
from app.web.audience import Audience, audience
from app.web.portal.home import cashier
from app.web.portal.visit import visit

pages = Blueprint("payouts", __name__)
_LONGEST_NUMBER = 18


class NotYours(NotFound):
    """A payout that is none, or another's: nobody is told which."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Payout {number[:20]!r} is not among yours.")


@pages.get("/portal/<shop>/<creator>/payouts")
@audience(Audience.CREATOR)
def listed(shop: str, creator: str) -> str:
    """The page."""
    with visit(shop, creator) as v:
        ways = cashier().ways(ShopId(v.shop.id))
        return render_template(
            "portal/payouts.html",
            coming=next_payout(v.session, v.creator.id, ways, timezone=v.shop.timezone, now=v.now),
            details=details_store.newest(v.session, v.creator.id),
            payouts=report.of_creator(v.session, v.creator.id, ASK),
            now=v.now,
        )


@pages.get("/portal/<shop>/<creator>/payouts/<number>")
@audience(Audience.CREATOR)
def one(shop: str, creator: str, number: str) -> str:
    """One payout with the commissions that it pays."""
    with visit(shop, creator) as v:
        is_number = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
        item = report.one(v.session, int(number), ASK) if is_number else None
        if item is None or item.creator != v.creator.handle:
            raise NotYours(number)
        return render_template("portal/payout.html", item=item, parts=report.parts(v.session, item.id))
