"""Every night: single-use codes that nobody used in their time leave Shopify, and pools are filled up for the day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.campaigns import store as campaigns
from app.campaigns.model import in_force
from app.db.session import BatchSession, ShopSession
from app.flows import fill_pool
from app.flows.code_terms import LOCK
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shopify.errors import UserErrors
from app.shops import store as shops
from app.tracking.store import single_stock
from app.tracking.store.single_stock import Over

ALL = "codes.empty_pools"
JOB = "codes.empty_pool"
AT_ONCE = 250
GRACE = timedelta(hours=1)
"""Whoever is at the checkout when a code's time is over may still finish."""
KNOWN_FOR = timedelta(days=2)
"""How long a digest can be compared with one of today; after that it says nothing and goes."""


class Shopify(Protocol):
    """Discounts of one shop in Shopify, as far as codes are taken from them."""

    def redeem_code(self, discount_gid: str, code: str) -> str | None:
        """The gid of one code among all that the discount carries."""

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        """Take these codes away; those that are gone do not matter."""

    def delete_discount(self, discount_gid: str) -> None:
        """Take the discount away; that it is gone does not matter."""


@dataclass(frozen=True)
class EmptyPools:
    """The handlers of both jobs. Run again, they find nothing to do."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    shopify: Callable[[ShopId], Shopify]
    queue: Queue
    clock: Clock

    def jobs(self) -> tuple[Job, Job]:
        """Both, for the worker."""
        return Job(ALL, self.every_shop), Job(JOB, self.one_shop, repeats_unknown=True)

    def every_shop(self) -> None:
        """Queue each connected shop."""
        with self.open_batch() as session, session.begin():
            for shop in shops.connected(session):
                lock = f"{LOCK} {shop.id}"
                self.queue.defer(session, JOB, {"shop_id": shop.id}, lock=lock, once=f"{JOB} {shop.id}")

    def one_shop(self, *, shop_id: int) -> None:
        """Take out what is over, portion by portion. Raises what Shopify's refusals raise."""
        shop, now = ShopId(shop_id), self.clock.now()
        with self.open_session(shop) as session:
            with session.begin():
                offline = shops.get(session, shop).offline
                single_stock.forget_visitors(session, shop_id, now - KNOWN_FOR)
                held = single_stock.programs(session)
                handing_out = [p for p in held if self._hands_out(session, p)]
                for program_id in handing_out:
                    fill_pool.request(session, self.queue, program_id)
            if held and not offline:
                self._take_out(session, self.shopify(shop), handing_out)

    def _take_out(self, session: ShopSession, shopify: Shopify, handing_out: Sequence[int]) -> None:
        before = self.clock.now() - GRACE
        while True:
            with session.begin():
                over = single_stock.over(session, handing_out, before, AT_ONCE)
            if not over:
                break
            _remove(shopify, over)
            with session.begin():
                single_stock.mark_gone(session, [code.id for code in over])
        with session.begin():
            empty = single_stock.empty(session)
        for gid in empty.values():
            shopify.delete_discount(gid)
        if empty:
            with session.begin():
                single_stock.drop(session, list(empty))

    def _hands_out(self, session: ShopSession, program_id: int) -> bool:
        offer = in_force(campaigns.versions_of(session, program_id), self.clock.now())
        return offer is not None and offer.terms.given.single_use is not None


def _remove(shopify: Shopify, over: Sequence[Over]) -> None:
    """Out of each discount in one call. A discount that was deleted has taken its codes along."""
    by_discount: dict[str, list[str]] = {}
    for code in over:
        gid = code.redeem_code_gid or shopify.redeem_code(code.discount_gid, code.code)
        if gid is not None:
            by_discount.setdefault(code.discount_gid, []).append(gid)
    for discount_gid, gids in by_discount.items():
        try:
            shopify.remove_codes(discount_gid, gids)
        except UserErrors:
            if shopify.redeem_code(discount_gid, over[-1].code) is not None:
                raise
