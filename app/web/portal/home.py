"""The first page: which shops, and in each what was brought in, what is owed and when it is paid."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from flask import Blueprint, g, redirect, render_template
from werkzeug.wrappers import Response

from app.flows.next_payout import next_payout
from app.flows.payout_run import Ways
from app.flows.sign_in import HOME
from app.kernel.period import Period, day_of
from app.reports import own, store
from app.reports.model import Filters
from app.reports.people import person
from app.web.audience import Audience, audience
from app.web.portal.places import Place, places
from app.web.portal.visit import Visit, shop_of, visit

if TYPE_CHECKING:
    from app.identities.model import PortalSession
from app.web.visit import cashier

pages = Blueprint("home", __name__)
DAYS = 28
SHOWN = 5


def ways_of(shop: str) -> Ways:
    """The ways of paying that this shop has ready; asked before a visit."""
    return cashier().ways(shop_of(shop).id)


@pages.get(HOME)
@audience(Audience.CREATOR)
def choose() -> Response | str:
    """The shops that one is a creator of; with one alone its page at once."""
    found: list[Place] = places(cast("PortalSession", g.signed))
    if len(found) == 1:
        return redirect(found[0].path, 303)
    return render_template("portal/places.html", places=found)


@pages.get("/portal/<shop>/<creator>")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page of one shop."""
    ways = ways_of(shop)
    with visit(shop, creator) as v:
        sales, _ = own.sales(v.session, v.creator.id, now=v.now, most=SHOWN)
        return render_template(
            "portal/home.html",
            person=person(v.session, v.creator.handle, v.now),
            sums=own.sums(v.session, v.creator.id),
            coming=next_payout(v.session, v.creator.id, ways, timezone=v.shop.timezone, now=v.now),
            sales=sales,
            days=DAYS,
            **_lately(v),
        )


def _lately(v: Visit) -> dict[str, object]:
    """Clicks, orders and earnings of the last days, in sum and day by day."""
    today = day_of(v.now, v.shop.timezone)
    period = Period(today - timedelta(days=DAYS - 1), today)
    found = store.days(v.session, Filters(period, v.shop.currency, creator=v.creator.handle), period)
    clicks = own.clicks(v.session, v.creator.id, period)
    days = [period.start_on + timedelta(days=n) for n in range(DAYS)]
    earned = [Decimal(found[day].spend_minor) if day in found else Decimal(0) for day in days]
    return {
        "clicks": sum(clicks.values()),
        "orders": sum((found[day].orders for day in days if day in found), Decimal(0)),
        "earned_minor": sum(earned),
        "trend": earned,
    }
