"""What an offer takes off for shoppers, as fields of the editor, and back to the terms. Called by offer_fields."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.campaigns.discount import (
    SINGLE_USE_DAYS,
    Buys,
    Combines,
    DiscountKind,
    DiscountSettings,
    Items,
    SingleUse,
)
from app.campaigns.model import Discount, OfferTerms, plain
from app.kernel.currency import major_units, minor_units
from app.kernel.fields import Choice, Field, FieldKind

PERCENTS = Decimal(100)
_PERCENT, _AMOUNT = DiscountKind.PERCENT.value, DiscountKind.AMOUNT.value
_SHIPPING, _BUY_GET = DiscountKind.FREE_SHIPPING.value, DiscountKind.BUY_GET.value
OF_CODE = "code"
KIND_KEY = "discount_kind"


def _for(*kinds: str) -> tuple[str, tuple[str, ...]]:
    return (KIND_KEY, kinds)


KIND = Field(
    KIND_KEY,
    "Shoppers get",
    FieldKind.CHOICE,
    help="Written into Shopify for you.",
    choices=(
        Choice(_PERCENT, "A percentage off"),
        Choice(_AMOUNT, "A fixed amount off"),
        Choice(_SHIPPING, "Free shipping"),
        Choice(_BUY_GET, "Buy some, get some"),
        Choice(DiscountKind.NOTHING.value, "Nothing (links only)"),
    ),
)
PERCENT = Field(
    "discount",
    "Percentage off",
    FieldKind.PERCENT,
    least="0.0001",
    most="1",
    only_if=_for(_PERCENT, _BUY_GET),
)
VALUE = (
    KIND,
    PERCENT,
    Field("amount", "Amount off", FieldKind.MONEY, least="0.01", only_if=_for(_AMOUNT)),
    Field("buy", "Items to buy", FieldKind.COUNT, least="1", most="1000", only_if=_for(_BUY_GET)),
    Field("get", "Items they get", FieldKind.COUNT, least="1", most="1000", only_if=_for(_BUY_GET)),
    Field(
        "each_item",
        "Off each item",
        FieldKind.SWITCH,
        help="Otherwise once, off all items together.",
        only_if=_for(_AMOUNT),
    ),
)
_OFF = _for(_PERCENT, _AMOUNT, _BUY_GET)
_LEAST = _for(_PERCENT, _AMOUNT, _SHIPPING)
_ANY = _for(_PERCENT, _AMOUNT, _SHIPPING, _BUY_GET)
SCOPE = (
    Field("buy_products", "Products to buy", FieldKind.PRODUCTS, optional=True, only_if=_for(_BUY_GET)),
    Field(
        "buy_collections",
        "Or collections to buy from",
        FieldKind.COLLECTIONS,
        optional=True,
        only_if=_for(_BUY_GET),
    ),
    Field("discount_products", "Discounted products", FieldKind.PRODUCTS, optional=True, only_if=_OFF),
    Field(
        "discount_collections",
        "Or discounted collections",
        FieldKind.COLLECTIONS,
        optional=True,
        only_if=_OFF,
    ),
    Field("minimum_amount", "Minimum purchase", FieldKind.MONEY, least="0.01", optional=True, only_if=_LEAST),
    Field(
        "minimum_quantity",
        "Or minimum quantity",
        FieldKind.COUNT,
        least="1",
        most="1000000",
        optional=True,
        only_if=_LEAST,
    ),
)
LIMITS: tuple[Field, ...] = (
    Field(
        "usage_limit",
        "Uses at most",
        FieldKind.COUNT,
        least="1",
        most="1000000",
        optional=True,
        only_if=_ANY,
    ),
    Field(
        "limit_of",
        "That limit is for",
        FieldKind.CHOICE,
        choices=(Choice("offer", "The discount, as Shopify counts"), Choice(OF_CODE, "Each creator's code")),
        help="Shopify is said to count a discount's limit for each of its codes.",
        optional=True,
        default="offer",
        only_if=_ANY,
    ),
    Field(
        "per_order",
        "Uses in one order",
        FieldKind.COUNT,
        least="1",
        most="1000",
        optional=True,
        only_if=_for(_BUY_GET),
    ),
    Field("once_per_customer", "Once for each customer", FieldKind.SWITCH, only_if=_ANY),
    Field("combine_order", "Combines with order discounts", FieldKind.SWITCH, only_if=_ANY),
    Field("combine_product", "Combines with product discounts", FieldKind.SWITCH, only_if=_ANY),
    Field("combine_shipping", "Combines with shipping discounts", FieldKind.SWITCH, only_if=_OFF),
)
HANDED_OUT, OWN_CODE, NO_CODE = "single_use", "own_code", "nothing"
SINGLE = (
    Field(
        HANDED_OUT,
        "Links give each shopper",
        FieldKind.CHOICE,
        help="A single-use code works once, so it is worth nothing on coupon sites.",
        choices=(
            Choice("no", "No code of their own"),
            Choice(OWN_CODE, "Single-use, or the creator's"),
            Choice(NO_CODE, "Single-use, or none"),
        ),
        optional=True,
        default="no",
        only_if=_ANY,
    ),
    Field(
        "single_use_days",
        "Days a single-use code works",
        FieldKind.COUNT,
        least=str(SINGLE_USE_DAYS[0]),
        most=str(SINGLE_USE_DAYS[1]),
        optional=True,
        default=str(SingleUse().days),
        only_if=_ANY,
    ),
)
LIMITS = (*LIMITS, *SINGLE)
DISCOUNT = (*VALUE, *SCOPE, *LIMITS)
KEYS = {
    "products": "discount_products",
    "combines_with": "combine_shipping",
}
"""Of a BadDiscount, where the editor calls its input otherwise."""


def values_of(terms: OfferTerms) -> dict[str, Any]:
    """The values of DISCOUNT in the fields' own writing; what is empty is left out."""
    kind, given = terms.discount_kind, terms.given
    found: dict[str, Any] = {KIND.key: kind.value}
    if kind is DiscountKind.NOTHING:
        return found | {"combine_shipping": True}  # What another kind begins with.
    if terms.discount.percent is not None:
        found["discount"] = f"{plain(terms.discount.percent / PERCENTS):f}"
    if terms.discount.amount_minor is not None:
        found["amount"] = _money(terms.discount.amount_minor, terms.discount.currency)
        found["each_item"] = given.each_item
    if given.buys is not None:
        found |= {"buy": given.buys.quantity, "get": given.buys.gets, **_items("buy_", given.buys.items)}
        found |= _set(per_order=given.buys.per_order)
    found |= _items("discount_", given.items)
    if given.minimum_minor is not None:
        found["minimum_amount"] = _money(given.minimum_minor, given.currency)
    found |= _set(minimum_quantity=given.minimum_quantity, usage_limit=given.usage_limit)
    if given.limit_per_code:
        found["limit_of"] = OF_CODE
    found["once_per_customer"] = given.once_per_customer
    if given.single_use is not None:
        found[HANDED_OUT] = OWN_CODE if given.single_use.own_code else NO_CODE
        found["single_use_days"] = given.single_use.days
    shown = [c for c in Combines if not (given.free_shipping and c is Combines.SHIPPING)]
    return found | {f"combine_{c}": c in given.combines for c in shown}


def currency_of(terms: OfferTerms) -> str | None:
    """Of the amounts in the terms' discount; None without any."""
    return terms.discount.currency or terms.given.currency


def discount_of(values: Mapping[str, Any], currency: str) -> tuple[Discount, DiscountSettings]:
    """The discount with these values of DISCOUNT. Raises Invalid for a percent that Shopify cannot hold."""
    kind = DiscountKind(values[KIND.key])
    match kind:
        case DiscountKind.NOTHING:
            return Discount(), DiscountSettings()
        case DiscountKind.AMOUNT:
            discount = Discount.of_amount(minor_units(values["amount"], currency), currency)
        case DiscountKind.FREE_SHIPPING:
            discount = Discount()
        case _:
            discount = Discount.of_percent(plain(Decimal(values["discount"]) * PERCENTS))
    minimum = values.get("minimum_amount")
    return discount, DiscountSettings(
        free_shipping=kind is DiscountKind.FREE_SHIPPING,
        buys=_buys(values) if kind is DiscountKind.BUY_GET else None,
        each_item=values.get("each_item", False),
        items=_items_of("discount_", values),
        minimum_minor=None if minimum is None else minor_units(minimum, currency),
        currency=None if minimum is None else currency,
        minimum_quantity=values.get("minimum_quantity"),
        usage_limit=values.get("usage_limit"),
        limit_per_code=values.get("limit_of") == OF_CODE,
        once_per_customer=values.get("once_per_customer", False),
        combines=tuple(c for c in Combines if values.get(f"combine_{c}")),
        single_use=_single_use(values),
    )


def _single_use(values: Mapping[str, Any]) -> SingleUse | None:
    if values.get(HANDED_OUT) not in {OWN_CODE, NO_CODE}:
        return None
    days = values.get("single_use_days") or SingleUse().days
    return SingleUse(days, own_code=values[HANDED_OUT] == OWN_CODE)


def _buys(values: Mapping[str, Any]) -> Buys:
    return Buys(values["buy"], values["get"], _items_of("buy_", values), values.get("per_order"))


def _items_of(prefix: str, values: Mapping[str, Any]) -> Items:
    return Items(tuple(values.get(f"{prefix}products", ())), tuple(values.get(f"{prefix}collections", ())))


def _items(prefix: str, items: Items) -> dict[str, list[str]]:
    lists = {"products": items.products, "collections": items.collections}
    return {f"{prefix}{key}": list(named) for key, named in lists.items() if named}


def _set(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _money(minor: int, currency: str | None) -> str:
    return f"{major_units(minor, currency or ''):f}"
