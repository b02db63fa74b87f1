"""What a discount in Shopify gives at the moment, as short texts that can be kept, compared and shown."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.shopify.admin_api import ShopAPI

NONE = "none"


def look(api: ShopAPI, discount_gid: str) -> dict[str, str] | None:
    """What the discount gives, by the merchant's word for each setting; None: it was deleted there."""
    node = api.execute("discount_look", {"id": discount_gid})["node"]
    return None if node is None else described(node["codeDiscount"])


def described(discount: Mapping[str, Any]) -> dict[str, str]:
    """Each setting in words. Of buy-X-get-Y only the frame: its amounts are not read."""
    combines = discount.get("combinesWith") or {}
    with_ = [key.removesuffix("Discounts") for key, on in sorted(combines.items()) if on]
    gets = discount.get("customerGets")
    return {
        "Takes off": _value(gets["value"]) if gets else str(discount["__typename"]),
        "Holds for": {"AllDiscountItems": "everything"}.get(gets["items"]["__typename"], "chosen products")
        if gets
        else "everything",
        "Starts": _time(discount.get("startsAt")),
        "Ends": _time(discount.get("endsAt")),
        "Combines with": ", ".join(with_) or NONE,
        "Once per customer": "yes" if discount.get("appliesOncePerCustomer") else "no",
        "Limit of uses": str(discount.get("usageLimit") or NONE),
        "Minimum": _minimum(discount.get("minimumRequirement")),
    }


def _value(value: Mapping[str, Any]) -> str:
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


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _time(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC" if text else "never"
