"""What a discount in Shopify gives at the moment, as short texts that can be kept, compared and shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.shopify.admin_api import ShopAPI
from app.shopify.discounts import code_pages

NONE = "none"


@dataclass(frozen=True)
class Seen:
    """A discount as Shopify has it."""

    gives: Mapping[str, str]
    """The merchant's word for each setting, and what it is."""
    codes: int
    """How many it carries."""


@dataclass(frozen=True)
class DiscountLook:
    """Looking at one shop's discounts."""

    api: ShopAPI

    def look(self, discount_gid: str) -> Seen | None:
        """What the discount gives and how many codes it carries; None: it was deleted there."""
        node = self.api.execute("discount_look", {"id": discount_gid})["node"]
        if node is None:
            return None
        discount = node["codeDiscount"]
        return Seen(described(discount), discount["codesCount"]["count"])

    def codes(self, discount_gid: str) -> Iterator[str]:
        """The gid of every code that the discount carries, read by pages of 250."""
        for page in code_pages(self.api, discount_gid):
            yield from (code["id"] for code in page)


def described(discount: Mapping[str, Any]) -> dict[str, str]:
    """Each setting in words."""
    combines = discount.get("combinesWith") or {}
    with_ = [key.removesuffix("Discounts") for key, on in sorted(combines.items()) if on]
    gets, buys = discount.get("customerGets"), discount.get("customerBuys")
    return {
        "Takes off": _value(gets["value"]) if gets else str(discount["__typename"]),
        "Holds for": _items(gets) if gets else "everything",
        **(_bought(buys, discount.get("usesPerOrderLimit")) if buys else {}),
        "Starts": _time(discount.get("startsAt")),
        "Ends": _time(discount.get("endsAt")),
        "Combines with": ", ".join(with_) or NONE,
        "Once per customer": "yes" if discount.get("appliesOncePerCustomer") else "no",
        "Limit of uses": str(discount.get("usageLimit") or NONE),
        "Minimum": _minimum(discount.get("minimumRequirement")),
    }


def _bought(buys: Mapping[str, Any], per_order: int | None) -> dict[str, str]:
    """What somebody has to buy for it."""
    value = buys["value"]
    many = _many(value["quantity"]) if "quantity" in value else f"for {_plain(Decimal(value['amount']))}"
    return {"For buying": many, "Bought from": _items(buys), "Times per order": str(per_order or NONE)}


def _items(part: Mapping[str, Any]) -> str:
    return "everything" if part["items"]["__typename"] == "AllDiscountItems" else "chosen products"


def _value(value: Mapping[str, Any]) -> str:
    if "effect" in value:
        return f"{_value(value['effect'])} on {_many(value['quantity']['quantity'])}"
    if "percentage" in value:
        # Through the text: what JSON calls 0.1 is ten percent to the digit.
        return f"{_plain(Decimal(str(value['percentage'])) * 100)} %"
    if "amount" not in value:
        return NONE
    money = value["amount"]
    each = " on each item" if value.get("appliesOnEachItem") else ""
    return f"{_plain(Decimal(money['amount']))} {money['currencyCode']}{each}"


def _minimum(requirement: Mapping[str, Any] | None) -> str:
    if not requirement:
        return NONE
    subtotal = requirement.get("greaterThanOrEqualToSubtotal")
    if subtotal:
        return f"a purchase of {_plain(Decimal(subtotal['amount']))}"
    return f"{requirement['greaterThanOrEqualToQuantity']} items"


def _many(items: str) -> str:
    return f"{items} item{'' if items == '1' else 's'}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _time(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC" if text else "never"
