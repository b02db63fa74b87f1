"""How an offer's discount is given, beside how much it takes off: to what, from which purchase on, how often."""

from enum import StrEnum

import msgspec

from app.kernel.errors import Invalid

MOST_ITEMS = 100
"""Products or collections that a discount names."""
LARGEST_COUNT = 1_000_000


class DiscountKind(StrEnum):
    """What shoppers get."""

    NOTHING = "nothing"
    """Orders are tracked by links only: Shopify holds no code without a discount."""
    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"
    BUY_GET = "buy_get"


class Combines(StrEnum):
    """Classes of other discounts that one order may hold beside ours."""

    ORDER = "order"
    PRODUCT = "product"
    SHIPPING = "shipping"


class BadDiscount(Invalid):
    """Settings of a discount that Shopify could not hold, or that contradict each other."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key
        """The setting that it is about."""


class Items(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a discount is about, by Shopify's numbers: products, or collections, or everything."""

    products: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.products or self.collections)


EVERYTHING = Items()


class Buys(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What has to be bought for what is got."""

    quantity: int
    """So many of `items` are paid in full."""
    gets: int
    """So many of the discounted items are cheaper."""
    items: Items
    per_order: int | None = None
    """How many times in one order; None: as often as it fits."""


BESIDE_SHIPPING = (Combines.SHIPPING,)
SINGLE_USE_DAYS = (1, 90)


class SingleUse(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who comes by a creator's link gets a code of their own, which works once (decision 0080)."""

    days: int = 7
    """How long it works, from when it is handed out."""
    own_code: bool = True
    """When none can be handed out, the creator's own code is put into the cart; else none is."""


class DiscountSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything of a discount but its percent or amount. What is as it always was is left out of the bytes."""

    free_shipping: bool = False
    buys: Buys | None = None
    """With it the percent is taken off what is got."""
    each_item: bool = False
    """The amount comes off each item, not once off all together."""
    items: Items = EVERYTHING
    """What it is taken off; nothing named is everything."""
    minimum_minor: int | None = None
    """Of what it is taken off, before it."""
    currency: str | None = None
    """Of the minimum."""
    minimum_quantity: int | None = None
    usage_limit: int | None = None
    """How often it may be used, as Shopify counts: for each code, by all that is known (decision 0079)."""
    limit_per_code: bool = False
    """The limit is of each creator's code: every code is a discount of its own then."""
    once_per_customer: bool = False
    combines: tuple[Combines, ...] = BESIDE_SHIPPING
    single_use: SingleUse | None = None
    """None: links hand out no codes of their own."""

    def __post_init__(self) -> None:
        # One value, one writing: defaults are told by identity.
        if self.items == EVERYTHING:
            msgspec.structs.force_setattr(self, "items", EVERYTHING)
        if self.combines == BESIDE_SHIPPING:
            msgspec.structs.force_setattr(self, "combines", BESIDE_SHIPPING)


USUAL = DiscountSettings()


def check_settings(kind: DiscountKind, given: DiscountSettings) -> None:
    """Refuse what Shopify's discounts of this kind cannot say. Raises BadDiscount.

    Source: DiscountCodeBasicInput, DiscountCodeFreeShippingInput and DiscountCodeBxgyInput, 2026-10.
    """
    _check_items("products", given.items)
    _check_limits(given)
    if kind is DiscountKind.FREE_SHIPPING:
        _check_free_shipping(given)
    if kind is DiscountKind.BUY_GET:
        _check_buys(given)
    if given.minimum_minor is not None and given.minimum_quantity is not None:
        raise BadDiscount("minimum_quantity", "A minimum is an amount or a number of items, not both.")
    if given.limit_per_code and given.usage_limit is None:
        raise BadDiscount("usage_limit", "How often each code may be used is missing.")
    if given.single_use is not None:
        _check_single_use(kind, given, given.single_use)


def _check_items(key: str, items: Items) -> None:
    if items.products and items.collections:
        raise BadDiscount(key, "Name products or collections, not both: Shopify takes one of them.")
    named = items.products or items.collections
    if len(named) > MOST_ITEMS:
        raise BadDiscount(key, f"{len(named)} are too many; a discount names at most {MOST_ITEMS}.")


def _check_limits(given: DiscountSettings) -> None:
    counts = {
        "usage_limit": given.usage_limit,
        "minimum_quantity": given.minimum_quantity,
        "minimum_amount": None if given.minimum_minor is None else min(given.minimum_minor, LARGEST_COUNT),
    }
    if given.buys is not None:
        counts |= {"buy": given.buys.quantity, "get": given.buys.gets, "per_order": given.buys.per_order}
    for key, count in counts.items():
        if count is not None and not 1 <= count <= LARGEST_COUNT:
            raise BadDiscount(key, f"{count} is not a number from 1 to {LARGEST_COUNT}.")


def _check_free_shipping(given: DiscountSettings) -> None:
    if given.items:
        raise BadDiscount("products", "Free shipping is for the whole order; it cannot name products.")
    if Combines.SHIPPING in given.combines:
        raise BadDiscount("combines_with", "Shopify does not combine free shipping with shipping discounts.")


def _check_buys(given: DiscountSettings) -> None:
    if given.buys is None or not given.buys.items:
        raise BadDiscount("buy_products", "Name what has to be bought: products or collections.")
    _check_items("buy_products", given.buys.items)
    if not given.items:
        raise BadDiscount("products", "Name what shoppers get: products or collections.")
    if given.minimum_minor is not None or given.minimum_quantity is not None:
        raise BadDiscount("minimum_amount", "Buy-and-get has no minimum beside what has to be bought.")


def _check_single_use(kind: DiscountKind, given: DiscountSettings, single: SingleUse) -> None:
    least, most = SINGLE_USE_DAYS
    if not least <= single.days <= most:
        raise BadDiscount("single_use_days", f"{single.days} is not a number of days from {least} to {most}.")
    if kind is DiscountKind.NOTHING:
        raise BadDiscount("single_use", "Single-use codes need something to take off.")
    if given.usage_limit is not None and not given.limit_per_code:
        raise BadDiscount(
            "usage_limit",
            "The discount cannot have a limit where links hand out single-use codes: "
            "Shopify counts those apart.",
        )
