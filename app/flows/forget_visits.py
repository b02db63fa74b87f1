"""Every night: visits of shoppers that are older than the shop wants to keep go. What an order names stays, without the browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.db.session import BatchSession, ShopSession
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.kernel.period import day_of, start_of
from app.leads import account_store as accounts
from app.shops import store as shops
from app.tracking.store import aging, pixel

JOB = "clicks.forget"


@dataclass(frozen=True)
class ForgetVisits:
    """The job's handler. Run again, it finds nothing to do."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    clock: Clock

    def __call__(self) -> None:
        """Look at every shop whose data we hold."""
        with self.open_batch() as session, session.begin():
            held = shops.working(session)
        for shop in held:
            with self.open_session(ShopId(shop.id)) as own:
                self._forget(own)

    def _forget(self, session: ShopSession) -> None:
        """Days of the shop, the portions each in a transaction of its own: clicks come in meanwhile."""
        with session.begin():
            shop = shops.get(session, session.shop_id)
            days = max(shop.visit_days, aging.longest_window(session))
            first = day_of(self.clock.now(), shop.timezone) - timedelta(days=days)
            before = start_of(first, shop.timezone)
            aging.seal(session, first)
            aging.blank(session, before)
            pixel.trim(session, before)
            accounts.trim(session, self.clock.now() - accounts.KEPT)
        gone = aging.AT_ONCE
        while gone == aging.AT_ONCE:
            with session.begin():
                gone = aging.forget(session, before)
