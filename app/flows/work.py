"""What a worker does besides jobs: drain the inbox, compare orders, judge again, derive the rollups, mature what is due.

Any number of workers may run these at once; they never wait for each other for long.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.db.faults import is_transient
from app.db.session import BatchSession
from app.flows.derive_awards import EveryDay
from app.flows.desk import Desk
from app.flows.detect import detect
from app.flows.drain_inbox import drain
from app.flows.late_clicks import LateClicks
from app.flows.load_clicks import load_all
from app.flows.mature import mature
from app.flows.rejudge import rejudge
from app.flows.retire_codes import look
from app.kernel.clock import Clock
from app.reports.rollup import derive
from app.shops.store import working

log = logging.getLogger(__name__)

SHOPS_AT_ONCE = 500
DRAINERS = 2
"""Threads of one worker that take batches: one reckons while the other waits for the database."""

MOST_FAILURES = 20
"""In a row, before somebody who waits for the end is told that the database does not answer."""

Step = Callable[[], int]
"""Does a bounded piece of work and commits; returns how much, 0 when there was none."""


@dataclass(frozen=True)
class Loops:
    """The worker's loops over one database."""

    batch_session: Callable[[], BatchSession]
    desk: Desk
    clock: Clock
    every_day: EveryDay = field(default_factory=EveryDay)
    spool: Path | None = None
    """Where this machine's clicks wait; None where none are taken."""

    def load_clicks(self) -> int:
        """The clicks that wait on this machine."""
        if self.spool is None:
            return 0
        return load_all(self.batch_session, self.spool, LateClicks(self.desk.queue, self.clock))

    def drain(self) -> int:
        """One batch of the inbox."""
        with self.batch_session() as session:
            return drain(session, self.desk, self.clock.now())

    def roll_up(self) -> int:
        """One portion of changed rollup cells."""
        with self.batch_session() as session, session.begin():
            return derive(session)

    def detect(self) -> int:
        """One portion of codes whose orders say something new about each other."""
        with self.batch_session() as session:
            return detect(session, self.desk)

    def rejudge(self) -> int:
        """One portion of orders that something else has changed."""
        with self.batch_session() as session:
            return rejudge(session, self.clock.now())

    def award(self) -> int:
        """What agreements owe since the shops' day began."""
        with self.batch_session() as session:
            with session.begin():
                shops = working(session)
            return self.every_day(session, shops, self.clock.now())

    def mature(self) -> int:
        """One chunk of commissions whose hold is over, of every shop."""
        now = self.clock.now()
        done = 0
        with self.batch_session() as session:
            with session.begin():
                shops = working(session)
            for start in range(0, len(shops), SHOPS_AT_ONCE):
                done += mature(session, shops[start : start + SHOPS_AT_ONCE], now)
        return done

    def retire(self) -> int:
        """Ask for the end of codes whose time has come. What follows is a job, so there is nothing to wait for."""
        with self.batch_session() as session:
            with session.begin():
                shops = working(session)
            for start in range(0, len(shops), SHOPS_AT_ONCE):
                look(session, self.desk.queue, shops[start : start + SHOPS_AT_ONCE], self.clock.now())
        return 0

    def drain_all(self) -> int:
        """All that waits in the inbox, by as many threads as a worker has for it. Returns how many events."""
        with ThreadPoolExecutor(DRAINERS) as pool:
            return sum(pool.map(lambda _: self._until_empty(), range(DRAINERS)))

    def _until_empty(self) -> int:
        done, failures = 0, 0
        while True:
            try:
                taken = self.drain()
            except Exception as error:
                failures += 1
                if failures > MOST_FAILURES or not is_transient(error):
                    raise
                log.warning("The database asked to try again (%s).", type(error).__name__)
                continue
            if not taken:
                return done
            done, failures = done + taken, 0

    def finish(self) -> None:
        """Everything that waits now, and what comes of it."""
        while self.load_clicks() + self.drain_all() + self.detect() + self.rejudge() + self._with_time():
            pass

    def _with_time(self) -> int:
        """What time brings, and the figures last."""
        return self.award() + self.mature() + self.retire() + self.roll_up()

    def start(self, stop: threading.Event) -> list[threading.Thread]:
        """Run each loop in a thread of its own until `stop` is set."""
        plan: list[tuple[Step, int]] = [(self.drain, 50)] * DRAINERS
        plan += [(self.load_clicks, 100), (self.detect, 250), (self.rejudge, 100), (self.roll_up, 150)]
        plan += [(self.award, 60_000), (self.mature, 30_000), (self.retire, 30_000)]
        threads = [threading.Thread(target=_keep_on, args=(step, stop, idle_ms)) for step, idle_ms in plan]
        for thread in threads:
            thread.start()
        return threads


def _keep_on(step: Step, stop: threading.Event, idle_ms: int) -> None:
    """Repeat the step; rest when there was nothing to do, or when the database is out of reach."""
    while not stop.is_set():
        try:
            if step():
                continue
            rest = idle_ms / 1000
        except Exception as error:
            if not is_transient(error):
                raise
            cause = (
                getattr(error, "orig", None) or error
            )  # What the driver calls it: a deadlock is no outage.
            log.warning("The database did not answer (%s); trying again.", type(cause).__name__)
            rest = 1
        stop.wait(rest)
