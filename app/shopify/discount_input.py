"""An offer's discount as Shopify's inputs have it: one of three kinds of code discount (2026-10). Called by discounts.

Source: DiscountCodeBasicInput, DiscountCodeFreeShippingInput, DiscountCodeBxgyInput. Amounts are exact
decimals in major units; percents are Shopify's fractions: 0.1 is ten percent.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from app.campaigns.discount import Combines, DiscountKind, DiscountSettings, Items
from app.campaigns.model import Discount
from app.kernel.currency import major_units
from app.kernel.errors import Invalid

TAG = "tribute"
"""Marks the discounts that are ours, for the merchant's lists and for finding them again."""
LARGEST_PERCENT = 100
Named = dict[str, list[str]]
"""Shopify's numbers of what a discount is about: `gets.products`, `buys.collections`, ..."""


class Offered(Protocol):
    """What a discount gives."""

    @property
    def title(self) -> str:
        """As the merchant finds it in Shopify."""

    @property
    def kind(self) -> DiscountKind:
        """Never NOTHING: that is no discount."""

    @property
    def discount(self) -> Discount:
        """How much it takes off."""

    @property
    def given(self) -> DiscountSettings:
        """How it is given."""


class Form(NamedTuple):
    """One of Shopify's kinds: our documents, its field of the mutations and the name of its input."""

    name: str
    """Two kinds with one name are the same discount in Shopify with other values."""
    create: str
    update: str
    field: str
    variable: str


BASIC = Form("basic", "discount_create", "discount_update", "discountCodeBasic", "basicCodeDiscount")
FREE_SHIPPING = Form(
    "free_shipping",
    "free_shipping_create",
    "free_shipping_update",
    "discountCodeFreeShipping",
    "freeShippingCodeDiscount",
)
BUY_GET = Form("buy_get", "buy_get_create", "buy_get_update", "discountCodeBxgy", "bxgyCodeDiscount")
FORMS = {
    DiscountKind.PERCENT: BASIC,
    DiscountKind.AMOUNT: BASIC,
    DiscountKind.FREE_SHIPPING: FREE_SHIPPING,
    DiscountKind.BUY_GET: BUY_GET,
}


def named_in(given: DiscountSettings) -> Named:
    """What a discount with these settings is about, as update_discount wants to be told of it later."""
    sides = {"gets": given.items, **({"buys": given.buys.items} if given.buys else {})}
    lists = {f"{side}.{key}": list(getattr(items, key)) for side, items in sides.items() for key in _KEYS}
    return {key: numbers for key, numbers in lists.items() if numbers}


def written(offered: Offered, named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The input of its kind without code and start. `named`: what Shopify may hold of items until now."""
    given = offered.given
    return {
        "title": offered.title,
        "endsAt": None,
        "context": {"all": "ALL"},
        "usageLimit": given.usage_limit,
        "appliesOncePerCustomer": given.once_per_customer,
        "combinesWith": {f"{each}Discounts": each in given.combines for each in Combines},
        "tags": [TAG],
        **_WRITERS[offered.kind](offered, named),
    }


def _basic(offered: Offered, named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    discount = offered.discount
    if discount.amount_minor is None:
        value: dict[str, Any] = {"percentage": _fraction(discount.percent)}
    else:
        amount = _amount(discount.amount_minor, discount.currency)
        value = {"discountAmount": {"amount": amount, "appliesOnEachItem": offered.given.each_item}}
    return {
        "customerGets": {"value": value, "items": _items("gets", offered.given.items, named)},
        "minimumRequirement": _minimum(offered.given),
    }


def _free_shipping(offered: Offered, _named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"destination": {"all": True}, "minimumRequirement": _minimum(offered.given)}


def _buy_get(offered: Offered, named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    buys = offered.given.buys
    assert buys is not None  # noqa: S101 - that is what makes the kind
    effect = {"percentage": _fraction(offered.discount.percent)}
    return {
        "customerBuys": {
            "value": {"quantity": str(buys.quantity)},
            "items": _items("buys", buys.items, named),
        },
        "customerGets": {
            "value": {"discountOnQuantity": {"quantity": str(buys.gets), "effect": effect}},
            "items": _items("gets", offered.given.items, named),
        },
        "usesPerOrderLimit": buys.per_order,
    }


_WRITERS = {
    DiscountKind.PERCENT: _basic,
    DiscountKind.AMOUNT: _basic,
    DiscountKind.FREE_SHIPPING: _free_shipping,
    DiscountKind.BUY_GET: _buy_get,
}
_KEYS = ("products", "collections")


def _fraction(percent: Decimal | None) -> float:
    if percent is None or not 0 < percent <= LARGEST_PERCENT:
        raise Invalid(f"A discount of {percent} percent cannot be given; it must be above 0 and at most 100.")
    return float(percent / LARGEST_PERCENT)  # A JSON number, read there as a decimal.


def _amount(minor: int, currency: str | None) -> str:
    return f"{major_units(minor, currency or ''):f}"


def _minimum(given: DiscountSettings) -> dict[str, Any] | None:
    if given.minimum_quantity is not None:
        return {"quantity": {"greaterThanOrEqualToQuantity": str(given.minimum_quantity)}}
    if given.minimum_minor is None:
        return None
    return {"subtotal": {"greaterThanOrEqualToSubtotal": _amount(given.minimum_minor, given.currency)}}


def _items(side: str, items: Items, named: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What it is about from now on: Shopify adds to what stands there, so what leaves is named as well."""
    if not items:
        return {"all": True}
    products = _change(
        "Product", items.products, named.get(f"{side}.products", ()), ("productsToAdd", "productsToRemove")
    )
    collections = _change(
        "Collection", items.collections, named.get(f"{side}.collections", ()), ("add", "remove")
    )
    both = {"products": products, "collections": collections}
    return {key: change for key, change in both.items() if change}


def _change(
    kind: str, now: Sequence[str], before: Sequence[str], keys: tuple[str, str]
) -> dict[str, list[str]]:
    gone = sorted({*before} - {*now})
    lists = zip(keys, (now, gone), strict=True)
    return {key: _gids(kind, numbers) for key, numbers in lists if numbers}


def _gids(kind: str, numbers: Sequence[str]) -> list[str]:
    return [f"gid://shopify/{kind}/{number}" for number in numbers]
