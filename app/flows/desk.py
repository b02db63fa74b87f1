"""What a flow may reach for besides the database. Wiring hands it over; tests hand over fakes."""

from collections.abc import Callable
from dataclasses import dataclass

from app.jobs.queue import Queue
from app.kernel.ids import ShopId
from app.shopify.discounts import FoundCode
from app.shopify.shop_codes import ShopCodes
from app.shops.store import ShopContext


@dataclass(frozen=True)
class Desk:
    """The tools of the worker's flows."""

    queue: Queue
    shop_key: Callable[[ShopContext], bytes | None]
    """The key of a shop's pseudonyms in the clear; None when it was destroyed."""
    find_code: Callable[[ShopId, str], FoundCode | None]
    """The discount in Shopify that a code of a shop unlocks; None when it is free there."""
    shop_codes: Callable[[ShopId, str, str | None], ShopCodes]
    """Codes of the shop that are not ours: by words of their discounts' titles, from where the last ones ended."""
