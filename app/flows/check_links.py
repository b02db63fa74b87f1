"""Every night: do the pages that links lead to still stand? A product that was deleted leads shoppers nowhere."""

from collections.abc import Callable
from dataclasses import dataclass

from app.db.session import BatchSession, ShopSession
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.tracking.store import health

ALL = "links.check_all"
JOB = "links.check"
MOST = 500
"""Pages of a shop looked at in one night; those looked at longest ago come first."""
PAUSE_MS = 500
"""Between two: a storefront is asked as seldom as by one reader."""

Ask = Callable[[str, str], int | None]
"""(domain, path) to the status of the page; None where it cannot be told."""


@dataclass(frozen=True)
class CheckLinks:
    """The handlers of both jobs. Run again, they look again."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    ask: Ask
    queue: Queue
    clock: Clock
    pause_ms: Callable[[int], None]

    def jobs(self) -> tuple[Job, Job]:
        """Both, for the worker."""
        return Job(ALL, self.every_shop), Job(JOB, self.one_shop)

    def every_shop(self) -> None:
        """Queue each connected shop."""
        with self.open_batch() as session, session.begin():
            for shop in shops.connected(session):
                self.queue.defer(session, JOB, {"shop_id": shop.id}, once=f"{JOB} {shop.id}")

    def one_shop(self, *, shop_id: int) -> None:
        """Ask for each page once, outside of any transaction, and keep what it said."""
        with self.open_session(ShopId(shop_id)) as session:
            with session.begin():
                domain = shops.get(session, ShopId(shop_id)).domain
                paths = health.paths(session, MOST)
            for path in paths:
                status = self.ask(domain, path)
                with session.begin():
                    health.note(session, path, status, self.clock.now())
                self.pause_ms(PAUSE_MS)
