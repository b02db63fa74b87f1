"""How the app is doing for this shop, and the events that wait for a person."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.audit.store import record
from app.flows import watch_discounts
from app.inbox import store as inbox
from app.kernel.errors import Invalid
from app.kernel.ids import EventId
from app.reconciliation.model import next_sweep
from app.reports import overview, reconciliation
from app.shops import store as shops
from app.tracking.store import drift
from app.tracking.store.losses import losses_since
from app.web.audience import Audience, audience
from app.web.visit import back, desk, visit

pages = Blueprint("health", __name__)
AT_ONCE = 25
LOSSES_TOLD = timedelta(days=30)


@pages.get("/health")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    before = request.args.get("before", "")
    below = EventId(int(before)) if before.isascii() and before.isdecimal() else None
    with visit() as v:
        domain = v.shop.domain
        parked = inbox.parked(v.session, domain, limit=AT_ONCE + 1, before=below)
        dirty, since = overview.rollup_lag(v.session)
        shop = shops.get(v.session, v.shop.id)
        number, unjudged = reconciliation.unjudged(v.session)
        checks = reconciliation.checks(v.session)
        state = {
            "lag": inbox.lag(v.session, v.now, shop_domain=domain),
            "counts": inbox.counts(v.session, domain),
            "jobs": overview.failed_jobs(v.session),
            "status": shop.status,
            "checks": checks,
            "last": next((check for check in checks if check.ended_at), None),
            "differences": reconciliation.differences(v.session, domain),
            "unjudged": unjudged,
            "unjudged_number": number,
            "offline": shop.offline,
            "drifts": drift.changed(v.session),
            "losses": losses_since(v.session, v.now - LOSSES_TOLD),
            "next_check": next_sweep(v.shop.id, v.now) if shop.is_connected else None,
        }
    more = parked[AT_ONCE - 1].id if len(parked) > AT_ONCE else None
    return render_template(
        "admin/health.html", parked=parked[:AT_ONCE], more=more, dirty=dirty, dirty_since=since,
        live=below is None, **state,
    )  # fmt: skip


@pages.post("/health/events/<int:event_id>/retry")
@audience(Audience.MERCHANT)
def retry(event_id: int) -> Response:
    """Hand a parked event back to the worker."""
    with visit() as v:
        inbox.retry(v.session, v.shop.domain, EventId(event_id))
        record(v.session, "event.retried", subject=str(event_id), actor=v.actor, facts={}, now=v.now)
    return back("/health", "retried")


@pages.post("/health/discounts")
@audience(Audience.MERCHANT)
def discount() -> Response:
    """What becomes of a discount that was changed in Shopify: the offer's terms again, or it stays."""
    gid, wish = request.form.get("discount", ""), request.form.get("wish")
    with visit() as v:
        if wish == "keep":
            watch_discounts.keep(v.session, gid, actor=v.actor, now=v.now)
        elif wish == "put_back":
            watch_discounts.put_back(v.session, desk().queue, gid, actor=v.actor, now=v.now)
        else:
            raise Invalid(f"A discount can be kept or put back; not {wish!r}.")
    return back("/health", "saved")
