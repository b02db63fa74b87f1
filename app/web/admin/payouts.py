"""Payouts: what is owed, the run that comes, those that were, and what waits for a person."""

from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.flows import payout_run
from app.flows.payout_run import Ways
from app.kernel.ids import ShopId
from app.payouts import run_store
from app.payouts.calendar import next_run
from app.payouts.protocol import ASK
from app.payouts.run import RunState
from app.reports import payouts as report
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, cashier, visit

pages = Blueprint("payouts", __name__)
SHOWN = 25


def ways_of(v: Visit) -> Ways:
    """The ways that are ready; asked before the request's transaction reads anything else."""
    return cashier().ways(ShopId(v.shop.id))


@pages.get("/payouts")
@audience(Audience.MERCHANT)
def listed() -> str:
    """The page."""
    with visit() as v:
        settings = run_store.settings(v.session)
        runs = run_store.newest(v.session, SHOWN)
        return render_template(
            "admin/payouts.html",
            owed=report.owed(v.session),
            settings=settings,
            next_run=next_run(settings.cadence, v.now, v.shop.timezone),
            planned=[run for run in runs if run.state is RunState.PLANNED],
            runs=runs,
            sums=report.sums(v.session, [run.id for run in runs]),
            looks=report.to_look_at(v.session, ASK, v.now),
        )


@pages.post("/payouts/runs")
@audience(Audience.MERCHANT)
def begin() -> Response:
    """Write down a run of all that is payable now, and show whom it would pay. Nothing is paid yet."""
    with visit() as v:
        run = payout_run.new_run("person", v.now + timedelta(seconds=1), v.now, actor=v.actor, now=v.now)
        made = payout_run.plan_run(v.session, run)
        number = made.id if made else 0
    return back(f"/payouts/runs/{number}", "planned")
