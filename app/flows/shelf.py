"""What was true of products when orders with them were placed, for looking at many orders. Each product is read once."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime

from app.catalog import store as catalog
from app.catalog.model import ProductVersion, in_force
from app.commissions.sale import Goods
from app.db.session import ShopSession
from app.orders.model import Line

Told = tuple[list[datetime], list[Goods]]
"""(since when, what was true), oldest first."""


class Shelf:
    """The products of one shop, as they are asked for."""

    def __init__(self, session: ShopSession) -> None:
        self._session = session
        self._known: dict[int | None, Told | None] = {None: None}

    def fill(self, products: Collection[int | None]) -> None:
        """Read what is known of these products."""
        new = {product for product in products if product is not None} - self._known.keys()
        if not new:
            return
        found = catalog.versions(self._session, [(self._session.shop_id, product) for product in new])
        for product in new:
            self._known[product] = _told(found.get((self._session.shop_id, product), ()))

    def goods(self, lines: Sequence[Line], at: datetime) -> dict[int, Goods]:
        """What was true then of the products of these lines; those of which nothing is known are left out."""
        return {
            line.product_id or 0: told[1][max(0, bisect_right(told[0], at) - 1)]
            for line in lines
            if (told := self._known[line.product_id]) is not None
        }


def _told(versions: Sequence[ProductVersion]) -> Told | None:
    """Something else is true from each version on; before the first, what holds from it on."""
    since = sorted({version.since for version in versions})
    known = [facts for at in since if (facts := in_force(versions, at)) is not None]
    return (since, [Goods(facts.collections, facts.tags) for facts in known]) if known else None
