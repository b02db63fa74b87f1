"""Take codes whose time is over out of Shopify. A job that may run twice: what is gone there does not matter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.db.session import BatchSession, ShopSession
from app.flows import issue_code
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.errors import Retriable
from app.kernel.ids import ShopId
from app.shopify.discounts import FoundCode
from app.shops import store as shops_store
from app.shops.store import ShopContext
from app.tracking.model import CodeState
from app.tracking.store import ending
from app.tracking.store.ending import Ending

JOB = "codes.retire"


class Discounts(Protocol):
    """Discounts of one shop in Shopify, as far as codes are taken from them."""

    def find_code(self, code: str) -> FoundCode | None:
        """The discount that this code unlocks; None when the code is free."""

    def redeem_code(self, discount_gid: str, code: str) -> str | None:
        """The gid of one code among all that the discount carries; None when it is not among them."""

    def delete_discount(self, discount_gid: str) -> None:
        """Take the discount away with its codes; that it is gone does not matter."""

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        """Take these codes away; those that are gone do not matter."""


def request(session: BatchSession | ShopSession, queue: Queue, shop_id: int) -> None:
    """Have the shop's codes whose time is over taken out of Shopify, in this transaction.

    One after the other with the job that issues codes: what is being created there is not yet to be found.
    """
    key = f"{JOB} {shop_id}"
    queue.defer(session, JOB, {"shop_id": shop_id}, lock=f"{issue_code.JOB} {shop_id}", once=key)


def look(session: BatchSession, queue: Queue, shops: Sequence[ShopContext], now: datetime) -> None:
    """Ask for it in every shop where the time of a code has come. A loop of the worker: it goes by the shop's clock."""
    with session.begin():
        session.admit(shop.id for shop in shops)
        for shop_id in ending.shops_with_endings(session, sorted(shop.id for shop in shops), now):
            request(session, queue, shop_id)


@dataclass(frozen=True)
class RetireCodes:
    """The handler of `codes.retire`."""

    open_session: Callable[[ShopId], ShopSession]
    discounts: Callable[[ShopId], Discounts]
    clock: Clock

    def __call__(self, *, shop_id: int) -> None:
        """Disable every code of the shop whose time is over. Raises what Shopify's refusals raise."""
        shop = ShopId(shop_id)
        with self.open_session(shop) as session, session.begin():
            offline = shops_store.get(session, shop).offline
            over = ending.over(session, self.clock.now())
        if not offline:
            self._remove(self.discounts(shop), over)
        with self.open_session(shop) as session, session.begin():
            ending.disable(session, [code.id for code in over])

    def _remove(self, shopify: Discounts, over: Sequence[Ending]) -> None:
        """Of a code whose creation is not answered yet, Shopify itself says whether it is there."""
        gone: dict[str, list[str]] = {}
        for code in over:
            if code.is_alone and code.discount_gid:
                shopify.delete_discount(code.discount_gid)
            elif code.state is CodeState.ACTIVE and code.redeem_code_gid and code.discount_gid:
                gone.setdefault(code.discount_gid, []).append(code.redeem_code_gid)
            elif code.state in {CodeState.ACTIVE, CodeState.ISSUING}:
                found = shopify.find_code(code.code)
                if found is not None and found.is_ours:
                    gone.setdefault(found.discount_gid, []).append(_gid(shopify, found, code.code))
        for discount_gid, gids in gone.items():
            shopify.remove_codes(discount_gid, gids)


class StillWorks(Retriable):
    """Shopify takes a code whose place in our discount it does not tell."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"Shopify still takes the code {code} and does not list it; it is asked again later."
        )


def _gid(shopify: Discounts, found: FoundCode, code: str) -> str:
    """Looking a code up lists the first few of its discount; of a large one all pages are read. Raises StillWorks.

    A code must not be called disabled here while it works there.
    """
    gid = found.redeem_code_gid or shopify.redeem_code(found.discount_gid, code)
    if gid is None:
        raise StillWorks(code)
    return gid
