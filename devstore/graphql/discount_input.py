"""DiscountCodeBasicInput -> fields of model.Discount. What the devstore cannot do is refused by name."""

from decimal import Decimal
from typing import Any

from devstore.clock import parse_instant
from devstore.graphql.context import Context, number_of
from devstore.graphql.errors import bad_request, missing
from devstore.model import DiscountKind, Refused

EVERYBODY = ({"all": "ALL"}, None)
COMBINES = {"orderDiscounts": "order", "productDiscounts": "product", "shippingDiscounts": "shipping"}


def read_discount(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    """Only what is given: create and update use the same reader."""
    fields: dict[str, Any] = {}
    if given.get("title") is not None:
        fields["title"] = given["title"]
    _dates(given, fields)
    _limits(given, fields)
    _who(given)
    if given.get("customerGets") is not None:
        _gets(context, given["customerGets"], fields)
    if given.get("combinesWith") is not None:
        _combines(given["combinesWith"], fields)
    if "minimumRequirement" in given:
        fields["minimum_subtotal"] = _minimum(given["minimumRequirement"])
    return fields


def _dates(given: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, ours in (("startsAt", "starts_at"), ("endsAt", "ends_at")):
        if name in given:
            try:
                fields[ours] = None if given[name] is None else parse_instant(given[name])
            except (ValueError, TypeError) as problem:
                raise bad_request(f"{name}: {given[name]!r} is not a DateTime") from problem


def _limits(given: dict[str, Any], fields: dict[str, Any]) -> None:
    if "usageLimit" in given:
        limit = given["usageLimit"]
        if limit is not None and limit < 1:
            path = ("basicCodeDiscount", "usageLimit")
            raise Refused("Usage limit must be greater than 0", "GREATER_THAN", path)
        fields["usage_limit"] = limit
    if given.get("appliesOncePerCustomer") is not None:
        fields["once_per_customer"] = given["appliesOncePerCustomer"]
    if given.get("tags") is not None:
        fields["tags"] = list(given["tags"])


def _who(given: dict[str, Any]) -> None:
    if given.get("context") not in EVERYBODY:
        raise missing("DiscountCodeBasicInput.context other than {all: ALL}")
    if given.get("customerSelection") not in (None, {"all": True}):
        raise missing("DiscountCodeBasicInput.customerSelection other than {all: true}")
    if given.get("recurringCycleLimit") is not None:
        raise missing("DiscountCodeBasicInput.recurringCycleLimit")


def _gets(context: Context, given: dict[str, Any], fields: dict[str, Any]) -> None:
    value = given.get("value") or {}
    if value.get("discountOnQuantity") is not None:
        raise missing("DiscountCustomerGetsValueInput.discountOnQuantity")
    if value.get("percentage") is not None:
        # The input is a fraction (0.1 = 10 %); floats arrive by JSON, their shortest text is what was meant.
        fields |= {"kind": DiscountKind.PERCENTAGE, "value": Decimal(str(value["percentage"])) * 100}
    if value.get("discountAmount") is not None:
        amount = value["discountAmount"]
        fields["kind"] = DiscountKind.FIXED_AMOUNT
        fields["value"] = Decimal(str(amount["amount"]))
        fields["each_item"] = bool(amount.get("appliesOnEachItem"))
    if given.get("items") is not None:
        fields["variant_ids"] = _items(context, given["items"])


def _items(context: Context, given: dict[str, Any]) -> frozenset[int] | None:
    if given.get("all"):
        return None
    if given.get("collections") is not None:
        raise missing("DiscountItemsInput.collections")
    chosen = given.get("products") or {}
    for gone in ("productsToRemove", "productVariantsToRemove"):
        if chosen.get(gone):
            raise missing(f"DiscountProductsInput.{gone}")
    variants = {number_of(one, "ProductVariant") for one in chosen.get("productVariantsToAdd") or ()}
    for text in chosen.get("productsToAdd") or ():
        product = context.shop.products.get(number_of(text, "Product") or 0)
        variants |= {variant.id for variant in product.variants} if product else {None}
    if None in variants or not variants:
        path = ("basicCodeDiscount", "customerGets", "items")
        raise Refused("Discount must apply to existing products", "INVALID", path)
    return frozenset(number for number in variants if number is not None)


def _combines(given: dict[str, Any], fields: dict[str, Any]) -> None:
    if set(given) - set(COMBINES):
        raise missing("combinesWith other than order, product and shipping discounts")
    fields["combines"] = frozenset(ours for name, ours in COMBINES.items() if given.get(name))


def _minimum(given: dict[str, Any] | None) -> Decimal | None:
    if given is None:
        return None
    if given.get("quantity") is not None:
        raise missing("DiscountMinimumRequirementInput.quantity")
    least = (given.get("subtotal") or {}).get("greaterThanOrEqualToSubtotal")
    return None if least is None else Decimal(str(least))
