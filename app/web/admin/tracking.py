"""Tracking quality: how orders were joined to creators, and which joins were lost and why."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from app.attribution.model import Reason
from app.flows.explain_evidence import JOINED
from app.kernel.period import start_of
from app.reports.tracking import EVIDENCE, LOST, Span, quality
from app.tracking.store.losses import losses_since
from app.web.admin import inputs
from app.web.audience import Audience, audience
from app.web.visit import visit

pages = Blueprint("tracking", __name__)

FAILED = {
    Reason.OUT_OF_WINDOW: "The visit was older than the window",
    Reason.BOT_CLICK: "The visit was made by a machine",
    Reason.NO_CONSENT: "The shopper refused consent",
    Reason.SELF_REFERRAL: "The creator bought for themselves",
    Reason.PAUSED: "The creator was paused",
    Reason.NO_OFFER: "The program had no offer yet",
    Reason.CHANNEL_EXCLUDED: "The offer does not credit this sales channel",
    Reason.NEEDS_CLICK: "The code counts only with a visit",
    Reason.TEST_ORDER: "It was a test order",
    Reason.GIFT_ORDER: "It was a gift to a creator",
    Reason.BEFORE_INSTALL: "The order is older than this app in the shop",
}
"""Why a visit that was found did not count, for a person."""

FOUND = {
    "cart": "The cart carried the visit into the order",
    "landing": "The page on which the shopper came named the link",
    "journey": "Shopify saw the shopper come by the link before the order",
    "pixel": "The web pixel saw one browser at the visit and in the checkout",
}
"""How the visits of many orders were found; an order's own page says it of that order."""


@pages.get("/tracking")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    with visit() as v:
        zone = v.shop.timezone
        filters, problem = inputs.filters(v)
        period = filters.period
        since, until = start_of(period.start_on, zone), start_of(period.end_on + timedelta(days=1), zone)
        found = quality(v.session, Span(since, until, period.start_on.isoformat(), period.end_on.isoformat()))
        losses = losses_since(v.session, since)
    return render_template(
        "admin/tracking.html",
        live=not request.args,
        period=period,
        problem=problem,
        found=found,
        losses=losses,
        EVIDENCE=EVIDENCE,
        JOINED=JOINED,
        FOUND=FOUND,
        LOST=LOST,
        failed=[(FAILED.get(Reason(reason), reason), orders) for reason, orders in found.failed.items()],
    )
