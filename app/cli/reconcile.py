"""`tribute reconcile`: compare Shopify's orders with ours now, and feed what is missing."""

from argparse import Namespace
from datetime import datetime, timedelta

from app.cli.say import Answer
from app.cli.wired import shop_of, wired
from app.kernel.errors import Conflict
from app.reconciliation.model import Method, Run, State
from app.shops.model import ShopRecord
from app.wiring import Wiring

PATIENCE = timedelta(minutes=30)
"""For Shopify's bulk query; a worker goes on with it after that."""

LOOK_SECONDS = 2
LOOKS = int(PATIENCE.total_seconds()) // LOOK_SECONDS
QUICK = LOOKS - 8
"""The first few come sooner: a small shop's query is over at once."""


class ReconcileFailed(Conflict):
    """The check did not come to its end; the sentence is the run's."""


class StillUnderWay(Conflict):
    """Shopify takes its time."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"Shopify still gathers the orders of {domain} after {PATIENCE.seconds // 60} minutes. "
            "A worker goes on with it; the Health page tells when it is done."
        )


def reconcile(given: Namespace) -> Answer:
    """{read, missing, fed}. Raises NoSuchShop, UnderWay, ReconcileFailed, StillUnderWay, Retriable."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        method = Method.BULK if given.full else Method.PAGES
        run = _until_over(wiring, shop, wiring.reconciler.ask(shop.id, given.since, method))
    text = (
        f"{shop.domain}: {run.read} orders read since {_day(run.since)}; "
        f"{run.missing} were missing here, {run.fed} fed into the inbox."
    )
    return Answer(text, {"read": run.read, "missing": run.missing, "fed": run.fed})


def _until_over(wiring: Wiring, shop: ShopRecord, run: Run) -> Run:
    looks = LOOKS
    while run.state is State.RUNNING:
        looks -= 1
        if looks < 0:
            wiring.reconcile_calls.later(shop.id, run)
            raise StillUnderWay(shop.domain)
        wiring.reconciler.pause_ms(250 if looks > QUICK else LOOK_SECONDS * 1000)
        run = wiring.reconciler.go_on(shop.id, run.id) or wiring.reconciler.stands(shop.id, run.id)
    if run.state is State.FAILED:
        raise ReconcileFailed(run.failure or "The check did not come to its end.")
    return run


def _day(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
