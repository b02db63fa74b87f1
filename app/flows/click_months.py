"""Every day: the months of clicks to come are made, and those go whose clicks no window can reach any more."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from app.db.session import PlatformSession
from app.kernel.clock import Clock
from app.tracking.store import months

JOB = "clicks.months"
AHEAD = 3
"""Months made before they begin: a worker may be away for a quarter of a year."""
BEHIND = 3
"""Months looked after again, for clicks that waited while no worker ran."""
KEPT = 14
"""Months that clicks are kept: the longest window is 365 days, and orders are read again for 60."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeepMonths:
    """The job's handler. Run again, it finds nothing to do."""

    open_platform: Callable[[], PlatformSession]
    clock: Clock

    def __call__(self) -> None:
        """Make and retire, each month in a transaction of its own."""
        now = self.clock.now()
        with self.open_platform() as session:
            with session.begin():
                months.make_months(session, months.first_of_month(now, BEHIND), BEHIND + 1 + AHEAD)
                held = months.months_held(session)
            for month in held:
                if month <= months.first_of_month(now, KEPT):
                    with session.begin():
                        gone = months.retire_month(session, month)
                    log.info("The %d clicks of %s are rolled up; orders keep theirs.", gone, f"{month:%Y-%m}")
