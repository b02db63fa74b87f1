"""When shops are compared: by the calendar, after the install, and when Shopify has a bulk query ready.

Each shop has its own minute, so that they do not all ask at once. Called by the worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.session import BatchSession, ShopSession
from app.flows.desk import Desk
from app.flows.reconcile import Reconciler
from app.inbox.model import StoredEvent
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.reconciliation import store
from app.reconciliation.model import Kind, Run, State, is_due_at_night, own_moment
from app.shops import store as shops
from app.shops.model import ShopRecord
from app.shops.store import ShopContext

SWEEP_ALL, NIGHTLY_ALL = "orders.reconcile_all", "orders.reconcile_all_nightly"
SWEEP, FULL, GO_ON = "orders.reconcile", "orders.reconcile_full", "orders.reconcile_go_on"
BACKFILL = "shop.backfill"

IN_FLIGHT = timedelta(minutes=1)
"""A sweep leaves out what has only just changed: its webhook may be on its way."""

LOOKS = 5
"""In one job, with growing pauses: a small shop's bulk query is over within seconds."""

AGAIN = timedelta(seconds=20)
"""Between later looks. Shopify's own word that it is over comes sooner, when it comes."""

SHOPS_AT_ONCE = 500


@dataclass(frozen=True)
class Calls:
    """The handlers of all jobs of the comparison."""

    reconciler: Reconciler
    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    queue: Queue
    clock: Clock
    timer: Clock
    """The clock that jobs are due by: the database's, also while the shop lives in a pretend time."""

    def sweep_all(self) -> None:
        """Every 15 minutes: a job for each connected shop, in its own minute of them."""
        with self.open_batch() as session, session.begin():
            for shop in shops.connected(session):
                at = self.timer.now() + timedelta(seconds=own_moment(shop.id))
                self.queue.defer(session, SWEEP, {"shop_id": shop.id}, once=f"{SWEEP} {shop.id}", at=at)

    def nightly_all(self) -> None:
        """Every hour: the shops where it is night now, and those whose last check is too long ago."""
        now = self.clock.now()
        with self.open_batch() as session:
            with session.begin():
                known = shops.connected(session)
            for start in range(0, len(known), SHOPS_AT_ONCE):
                with session.begin():
                    self._begin_nights(session, known[start : start + SHOPS_AT_ONCE], now)

    def _begin_nights(self, session: BatchSession, some: Sequence[ShopRecord], now: datetime) -> None:
        session.admit(shop.id for shop in some)
        ended_at = store.ended_at(session)
        for shop in some:
            if is_due_at_night(now, shop.timezone, ended_at.get(shop.id)):
                at = self.timer.now() + timedelta(seconds=own_moment(shop.id) * 4)
                self.queue.defer(session, FULL, {"shop_id": shop.id}, once=f"{FULL} {shop.id}", at=at)

    def sweep(self, *, shop_id: int) -> None:
        """What changed since the last sweep. Raises Retriable."""
        self.reconciler.sweep(ShopId(shop_id), until=self.clock.now() - IN_FLIGHT)

    def full(self, *, shop_id: int) -> None:
        """The last 60 days. Raises Retriable."""
        self._continue(shop_id, self.reconciler.begin(ShopId(shop_id), Kind.NIGHTLY))

    def backfill(self, *, shop_id: int) -> None:
        """The last 60 days, for a shop that was just connected. Raises Retriable."""
        self._continue(shop_id, self.reconciler.begin(ShopId(shop_id), Kind.INSTALL))

    def go_on(self, *, shop_id: int, run_id: int) -> None:
        """The next step of a run that waited for Shopify. Raises Retriable."""
        self._continue(shop_id, self.reconciler.go_on(ShopId(shop_id), run_id))

    def _continue(self, shop_id: int, run: Run | None) -> None:
        """Look a few times more; then come back later, without a thread that waits."""
        for turn in range(LOOKS):
            if run is None or run.state is not State.RUNNING:
                return
            self.reconciler.pause_ms(200 << turn)
            run = self.reconciler.go_on(ShopId(shop_id), run.id)
        if run is not None and run.state is State.RUNNING:
            self.later(ShopId(shop_id), run)

    def later(self, shop_id: ShopId, run: Run) -> None:
        """Have the worker go on with the run in a while."""
        with self.open_session(shop_id) as session, session.begin():
            self.queue.defer(
                session,
                GO_ON,
                {"shop_id": shop_id, "run_id": run.id},
                once=f"{GO_ON} {shop_id} {run.id}",
                at=self.timer.now() + AGAIN,
            )


def wake(
    session: BatchSession, _event: StoredEvent, shop: ShopContext, desk: Desk, _now: datetime
) -> str | None:
    """bulk_operations/finish: go on with the run at once. Without it, the next look finds out."""
    run = store.waiting_for_bulk(session, shop.id)
    if run is None:
        return "No check of orders waits for a bulk query."
    args = {"shop_id": shop.id, "run_id": run}
    desk.queue.defer(session, GO_ON, args, once=f"{GO_ON} {shop.id} {run} now")
    return None
