"""Create a program's codes in Shopify: one discount per program carries them all.

A job, one at a time for each shop. It may be killed anywhere and run again: what it is about to ask
for is written down as `issuing` before it asks, and whatever is `issuing` is looked up before anything
is asked again. The code itself is the natural key: Shopify holds each code once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.session import ShopSession
from app.flows import fill_pool, look_at_discounts
from app.flows.code_run import Discounts, Run
from app.flows.code_terms import LOCK, terms_of
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.errors import Unknown
from app.kernel.ids import ProgramId, ShopId
from app.shops import store as shops
from app.tracking.store import drift

JOB = LOCK
LATER = "codes.issue_later"
AGAIN = timedelta(seconds=5)
"""Before Shopify is asked once more about what it has not done yet, or did not answer."""


def request(session: ShopSession, queue: Queue, program_id: int, *, at: datetime | None = None) -> None:
    """Have the program's codes and discount in Shopify made what they should be, in this transaction.

    A job that waits for its time must not hold the lock: every later one of the shop would wait too.
    """
    args = {"shop_id": session.shop_id, "program_id": program_id}
    key = f"{session.shop_id} {program_id}"
    if at is None:
        queue.defer(session, JOB, args, lock=f"{LOCK} {session.shop_id}", once=f"{JOB} {key}")
    else:
        queue.defer(session, LATER, args, once=f"{LATER} {key} {at.isoformat()}", at=at)


@dataclass(frozen=True)
class IssueLater:
    """The handler of `codes.issue_later`: the time has come."""

    open_session: Callable[[ShopId], ShopSession]
    queue: Queue

    def __call__(self, *, shop_id: int, program_id: int) -> None:
        """Ask for it now."""
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            request(session, self.queue, program_id)


@dataclass(frozen=True)
class IssueCodes:
    """The handler of `codes.issue`."""

    open_session: Callable[[ShopId], ShopSession]
    discounts: Callable[[ShopId], Discounts]
    queue: Queue
    clock: Clock
    pause_ms: Callable[[int], None]
    timer: Clock
    """The clock that jobs are due by: the database's, also while the shop lives in a pretend time."""

    def __call__(self, *, shop_id: int, program_id: int) -> None:
        """Bring Shopify to where the program is. Raises what Shopify's refusals raise.

        A shop that was registered without Shopify is left alone.
        """
        with self.open_session(ShopId(shop_id)) as session:
            if shops.get(session, ShopId(shop_id)).offline:
                return
        run = Run(
            ShopId(shop_id),
            ProgramId(program_id),
            self.discounts(ShopId(shop_id)),
            self.open_session,
            self.queue,
            self.clock,
            self.pause_ms,
        )
        try:
            finished = run.go()
        except Unknown:
            finished = False  # It may have been done: the next run looks first.
        self._fill_pool(shop_id, program_id)
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            if not finished:
                request(session, self.queue, program_id, at=self.timer.now() + AGAIN)
            elif drift.is_unseen(session, program_id):
                # What the merchant changes from now on is told apart from what we left.
                look_at_discounts.request(session, self.queue, ShopId(shop_id))

    def _fill_pool(self, shop_id: int, program_id: int) -> None:
        """Whoever has changed terms may have begun to hand out codes that work once, or changed what they give."""
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            terms = terms_of(session, program_id, self.clock.now())
            if terms is not None and terms.given.single_use is not None:
                fill_pool.request(session, self.queue, program_id)
