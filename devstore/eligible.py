"""Whether a discount's code works for a basket, and which units of it are got for which others. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from devstore.discount_model import Discount
from devstore.model import Shop

Chosen = tuple[frozenset[int] | None, frozenset[int]]
"""Variants (None: all) and collections that a discount names."""


class Bought(Protocol):
    """A line of a basket: the cart's or the order's."""

    @property
    def variant_id(self) -> int:
        """What is bought."""

    @property
    def quantity(self) -> int:
        """How many of it."""


class Unit(NamedTuple):
    """One thing of a basket."""

    line: int
    price: Decimal


def why_not(shop: Shop, discount: Discount, basket: Sequence[Bought]) -> str | None:
    """What the basket lacks for the discount, as a shopper reads it; None when it works.

    A minimum counts the things that the discount is about.
    """
    chosen = (discount.variant_ids, discount.collection_ids)
    about = [b for b in basket if is_among(shop, b.variant_id, chosen)]
    if not about:
        return "is for other products"
    worth = sum((_price(shop, b) * b.quantity for b in about), Decimal(0))
    if discount.minimum_subtotal is not None and worth < discount.minimum_subtotal:
        return f"needs a basket of {discount.minimum_subtotal}; this is {worth}"
    number = sum(b.quantity for b in about)
    if discount.minimum_quantity is not None and number < discount.minimum_quantity:
        return f"needs {discount.minimum_quantity} items; these are {number}"
    if discount.buys is not None and not got(shop, discount, basket):
        return f"needs {discount.buys.quantity} items bought and {discount.buys.gets} to get"
    return None


def got(shop: Shop, discount: Discount, basket: Sequence[Bought]) -> list[Unit]:
    """The units that a buy-and-get makes cheaper: the cheapest ones, paid for by the dearest of the others."""
    buys = discount.buys
    if buys is None:
        return []
    units = [Unit(n, _price(shop, b)) for n, b in enumerate(basket) for _ in range(b.quantity)]
    found: list[Unit] = []
    rounds = 0
    while buys.per_order is None or rounds < buys.per_order:
        cheap = sorted(units, key=lambda u: u.price)
        gets = _some(shop, basket, cheap, buys.gets, (discount.variant_ids, discount.collection_ids))
        rest = _without(units, gets)
        dear = sorted(rest, key=lambda u: -u.price)
        paid = _some(shop, basket, dear, buys.quantity, (buys.variant_ids, buys.collection_ids))
        if len(gets) < buys.gets or len(paid) < buys.quantity:
            return found
        found += gets
        units = _without(rest, paid)
        rounds += 1
    return found


def is_among(shop: Shop, variant_id: int, chosen: Chosen) -> bool:
    """Whether a variant is one of these, or its product in one of these collections."""
    variant_ids, collection_ids = chosen
    if variant_ids is None or variant_id in variant_ids:
        return True
    product, _ = shop.variant(variant_id)
    there = (shop.collections[number] for number in collection_ids if number in shop.collections)
    return any(one.holds(product) for one in there)


def _some(shop: Shop, basket: Sequence[Bought], units: Sequence[Unit], most: int, of: Chosen) -> list[Unit]:
    return [u for u in units if is_among(shop, basket[u.line].variant_id, of)][:most]


def _without(units: Sequence[Unit], gone: Sequence[Unit]) -> list[Unit]:
    left = list(units)
    for unit in gone:
        left.remove(unit)
    return left


def _price(shop: Shop, bought: Bought) -> Decimal:
    price = getattr(bought, "price", None)
    return price if isinstance(price, Decimal) else shop.variant(bought.variant_id)[1].price
