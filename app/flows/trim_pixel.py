"""Every day: what web pixels saw longer ago than any window reaches goes, but for what led to an order. A job."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.db.session import BatchSession
from app.kernel.clock import Clock
from app.shops.store import working
from app.tracking.store import pixel

JOB = "pixel.trim"
KEPT = timedelta(days=425)
"""As long as clicks: the longest window is 365 days, and orders are read again for 60."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrimPixel:
    """The job's handler. Run again, it finds nothing to do."""

    open_session: Callable[[], BatchSession]
    clock: Clock

    def __call__(self) -> None:
        """One transaction a shop."""
        with self.open_session() as session:
            with session.begin():
                shops = [shop.id for shop in working(session)]
            gone = 0
            for shop_id in shops:
                with session.begin():
                    session.admit([shop_id])
                    gone += pixel.trim(session, [shop_id], self.clock.now() - KEPT)
        if gone:
            log.info("%d old events of web pixels are gone.", gone)
