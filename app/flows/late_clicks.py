"""A click of a day that was awarded already, such as after a spool was down: the day is worked out again at once.

What is not late costs the loading of clicks nothing: no statement is sent for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.session import BatchSession
from app.flows import click_awards, derive_awards
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.period import day_of
from app.shops import store as shops
from app.tracking.click import Click, Verdict

QUARTER = 15 * 60
"""Seconds. In every zone of today a day begins when a quarter of an hour of UTC does."""


@dataclass(frozen=True)
class LateClicks:
    """Has what clicks earn derived for shops whose clicks came after their day was over."""

    queue: Queue
    clock: Clock

    def __call__(self, session: BatchSession, clicks: Sequence[tuple[int, Click]]) -> None:
        """Look at clicks as (shop id, click) that are being stored, in their transaction."""
        now = self.clock.now()
        old = [(shop, c.at) for shop, c in clicks if c.verdict is Verdict.BILLABLE and _before(c.at, now)]
        if not old:
            return
        known = shops.contexts_by_id(session, sorted({shop for shop, _ in old}))
        late = {shop for shop, at in old if shop in known and _is_over(at, now, known[shop].timezone)}
        if late:
            derive_awards.request_of(session, self.queue, late, (click_awards.KIND,))


def _before(at: datetime, now: datetime) -> bool:
    """Whether a day may have ended in between, wherever the shop is."""
    return int(at.timestamp()) // QUARTER < int(now.timestamp()) // QUARTER


def _is_over(at: datetime, now: datetime, timezone: str) -> bool:
    return day_of(at, timezone) < day_of(now, timezone)
