"""The calendar of payouts: plan and show runs two days before, make them in time, send and ask until each is at its end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.db.session import BatchSession, ShopSession
from app.flows import payout_letters, payout_run
from app.flows.cashier import Cashier
from app.flows.payout_run import Ways
from app.flows.payout_work import PayoutWorker
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.payouts import run_store
from app.payouts.calendar import PREVIEW, runs_between
from app.payouts.run import Run
from app.shops import store as shops

PLAN_ALL, WORK_ALL = "payouts.plan_all", "payouts.work_all"
PLAN, WORK = "payouts.plan", "payouts.work"
CALENDAR = "calendar"
MISSED = timedelta(days=14)
"""How long after its time a run of the calendar is still planned, when no worker ran before."""
MOST_ROUNDS = 3
"""Sent, asked about, sent again: what is not answered by then waits for the next round."""


def work_soon(session: ShopSession, queue: Queue) -> None:
    """Have the shop's payouts sent, in this transaction."""
    key = f"{WORK} {session.shop_id}"
    queue.defer(session, WORK, {"shop_id": session.shop_id}, lock=key, once=key)


def plan_soon(session: ShopSession, queue: Queue) -> None:
    """Have the shop's runs looked at, in this transaction."""
    _defer_plan(session, queue, session.shop_id)


def _defer_plan(session: ShopSession | BatchSession, queue: Queue, shop_id: int) -> None:
    key = f"{PLAN} {shop_id}"
    queue.defer(session, PLAN, {"shop_id": shop_id}, lock=key, once=key)


@dataclass(frozen=True)
class PayoutJobs:
    """The handlers. Each may run twice: runs are made once, payouts are sent once."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    cashier: Cashier
    worker: PayoutWorker
    queue: Queue
    clock: Clock
    address_of: Callable[[str, str], str]
    """Where a merchant of a shop opens a page of ours, inside the admin."""

    def jobs(self) -> tuple[Job, ...]:
        """All of them, for the worker."""
        return (
            Job(PLAN_ALL, self.plan_all),
            Job(WORK_ALL, self.work_all),
            Job(PLAN, self.plan),
            Job(WORK, self.work, repeats_unknown=True),
        )

    def plan_all(self) -> None:
        """Queue each shop with a calendar or a run to come."""
        with self.open_batch() as session, session.begin():
            session.admit([shop.id for shop in shops.working(session)])
            for shop_id in run_store.shops_with_runs(session):
                _defer_plan(session, self.queue, shop_id)

    def work_all(self) -> None:
        """Queue each shop with a payout that is not at its end."""
        with self.open_batch() as session, session.begin():
            session.admit([shop.id for shop in shops.working(session)])
            for shop_id in run_store.shops_with_payouts(session):
                key = f"{WORK} {shop_id}"
                self.queue.defer(session, WORK, {"shop_id": shop_id}, lock=key, once=key)

    def plan(self, *, shop_id: int) -> None:
        """Write down the calendar's runs of the next two days, show those that are new, make those whose time has come."""
        now = self.clock.now()
        ways = self.cashier.ways(ShopId(shop_id))
        with self.open_session(ShopId(shop_id)) as session:
            with session.begin():
                self._follow_calendar(session, now)
                planned = run_store.planned(session)
            for run in planned:
                with session.begin():
                    self._take_on(session, run, ways, now)

    def work(self, *, shop_id: int) -> None:
        """Send what waits and ask about what is unknown, until nothing is left to do now."""
        for _ in range(MOST_ROUNDS):
            if self.worker.round(ShopId(shop_id)) == 0:
                return

    def _follow_calendar(self, session: ShopSession, now: datetime) -> None:
        since = run_store.calendar_since(session)
        if since is None:
            return
        cadence = run_store.settings(session).cadence
        zone = shops.get(session, ShopId(session.shop_id)).timezone
        for date in runs_between(cadence, max(since, now - MISSED), now + PREVIEW, zone):
            run = payout_run.new_run(CALENDAR, date.cut_off, date.pay_at, actor="system", now=now)
            payout_run.plan_run(session, run)

    def _show(self, session: ShopSession, run: Run, ways: Ways, now: datetime) -> None:
        shop = shops.get(session, ShopId(session.shop_id))
        may_go = payout_run.may_be_made(session, run, ways, now)
        address = self.address_of(shop.domain, f"/payouts/runs/{run.id}")
        plan = payout_run.preview(session, run, ways, now)
        payout_letters.preview(session, run, plan, address, now, needs_word=not may_go)

    def _take_on(self, session: ShopSession, planned: Run, ways: Ways, now: datetime) -> None:
        run = run_store.get(session, planned.id, lock=True)
        if run.state is not planned.state:
            return
        if run.previewed_at is None:
            run = replace(run, previewed_at=now)
            run_store.save(session, run)
            self._show(session, run, ways, now)
        if run.pay_at <= now and payout_run.may_be_made(session, run, ways, now):
            payout_run.reserve(session, run.id, ways, actor=run.approved_by or "system", now=now)
            work_soon(session, self.queue)
