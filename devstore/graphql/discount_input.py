"""The inputs of the three kinds of code discounts -> fields of model.Discount. What the devstore cannot do is refused by name."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from devstore.clock import parse_instant
from devstore.discount_model import Buys, Discount, DiscountKind
from devstore.graphql.context import Context, number_of
from devstore.graphql.errors import bad_request, missing
from devstore.model import Refused

NO_ITEMS: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
EVERYBODY = ({"all": "ALL"}, None)
COMBINES = {"orderDiscounts": "order", "productDiscounts": "product", "shippingDiscounts": "shipping"}


def read_discount(context: Context, given: dict[str, Any], one: Discount | None = None) -> dict[str, Any]:
    """Only what is given: create and update use the same reader. `one` is the discount that is changed."""
    fields: dict[str, Any] = {}
    if given.get("title") is not None:
        fields["title"] = given["title"]
    _dates(given, fields)
    _limits(given, fields)
    _who(given)
    if given.get("customerGets") is not None:
        _gets(context, given["customerGets"], fields, one)
    if given.get("customerBuys") is not None or given.get("usesPerOrderLimit") is not None:
        _buys(context, given, fields, one)
    if given.get("combinesWith") is not None:
        _combines(given["combinesWith"], fields)
    if "minimumRequirement" in given:
        fields |= _minimum(given["minimumRequirement"])
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


def _gets(context: Context, given: dict[str, Any], fields: dict[str, Any], one: Discount | None) -> None:
    value = given.get("value") or {}
    if value.get("discountOnQuantity") is not None:
        _on_quantity(value["discountOnQuantity"], fields)
    if value.get("percentage") is not None:
        # The input is a fraction (0.1 = 10 %); floats arrive by JSON, their shortest text is what was meant.
        fields |= {"kind": DiscountKind.PERCENTAGE, "value": Decimal(str(value["percentage"])) * 100}
    if value.get("discountAmount") is not None:
        amount = value["discountAmount"]
        fields["kind"] = DiscountKind.FIXED_AMOUNT
        fields["value"] = Decimal(str(amount["amount"]))
        fields["each_item"] = bool(amount.get("appliesOnEachItem"))
    if given.get("items") is not None:
        before = (one.variant_ids or frozenset(), one.collection_ids) if one else NO_ITEMS
        fields["variant_ids"], fields["collection_ids"] = _items(context, given["items"], before)


def _on_quantity(given: dict[str, Any], fields: dict[str, Any]) -> None:
    effect = given.get("effect") or {}
    if effect.get("percentage") is None:
        raise missing("DiscountEffectInput other than percentage")
    fields |= {"kind": DiscountKind.BUY_GET, "value": Decimal(str(effect["percentage"])) * 100}
    fields["gets"] = int(given["quantity"])


def _buys(context: Context, given: dict[str, Any], fields: dict[str, Any], one: Discount | None) -> None:
    """What is bought, with how many are got; the parts of an update that say nothing stay."""
    bought = given.get("customerBuys") or {}
    before = one.buys if one and one.buys else Buys(0, 0, frozenset(), frozenset())
    value = bought.get("value") or {}
    if value.get("amount") is not None:
        raise missing("DiscountCustomerBuysValueInput.amount")
    items: tuple[frozenset[int] | None, frozenset[int]] = (before.variant_ids, before.collection_ids)
    if bought.get("items") is not None:
        items = _items(context, bought["items"], (before.variant_ids, before.collection_ids))
    if items[0] is None or fields.get("variant_ids", frozenset()) is None:
        path = ("bxgyCodeDiscount", "customerBuys", "items")
        raise Refused("Items in 'customer buys' and 'customer gets' must be defined", "BLANK", path)
    quantity = int(value["quantity"]) if value.get("quantity") is not None else before.quantity
    limit = given.get("usesPerOrderLimit", before.per_order)
    fields["buys"] = Buys(quantity, fields.pop("gets", before.gets), items[0], items[1], limit)


def _items(
    context: Context, given: dict[str, Any], before: tuple[frozenset[int], frozenset[int]]
) -> tuple[frozenset[int] | None, frozenset[int]]:
    """(variants, collections) after what is added to, and removed from, those before."""
    if given.get("all"):
        return None, frozenset()
    chosen, groups = given.get("products") or {}, given.get("collections") or {}
    if chosen.get("productVariantsToRemove"):
        raise missing("DiscountProductsInput.productVariantsToRemove")
    variants = {number_of(one, "ProductVariant") for one in chosen.get("productVariantsToAdd") or ()}
    variants |= _variants(context, chosen.get("productsToAdd") or ())
    collections = {number_of(text, "Collection") for text in groups.get("add") or ()}
    if None in variants or not collections <= set(context.shop.collections) or not (variants | collections):
        path = ("basicCodeDiscount", "customerGets", "items")
        raise Refused("Discount must apply to existing products", "INVALID", path)
    left = before[0] - _variants(context, chosen.get("productsToRemove") or ())
    kept = before[1] - {number_of(text, "Collection") for text in groups.get("remove") or ()}
    if (left | variants) and (kept | collections):
        path = ("basicCodeDiscount", "customerGets", "items")
        raise Refused("Items can't be both products and collections", "CONFLICT", path)
    numbers = {number for number in variants if number is not None}
    return frozenset(left | numbers), frozenset(kept | {c for c in collections if c is not None})


def _variants(context: Context, products: Sequence[str]) -> set[int | None]:
    found: set[int | None] = set()
    for text in products:
        product = context.shop.products.get(number_of(text, "Product") or 0)
        found |= {variant.id for variant in product.variants} if product else {None}
    return found


def _combines(given: dict[str, Any], fields: dict[str, Any]) -> None:
    if set(given) - set(COMBINES):
        raise missing("combinesWith other than order, product and shipping discounts")
    fields["combines"] = frozenset(ours for name, ours in COMBINES.items() if given.get(name))


def _minimum(given: dict[str, Any] | None) -> dict[str, Any]:
    amount = ((given or {}).get("subtotal") or {}).get("greaterThanOrEqualToSubtotal")
    quantity = ((given or {}).get("quantity") or {}).get("greaterThanOrEqualToQuantity")
    if amount is not None and quantity is not None:
        raise Refused(
            "Minimum subtotal and quantity can't both be present",
            "MINIMUM_SUBTOTAL_AND_QUANTITY_RANGE_BOTH_PRESENT",
            ("basicCodeDiscount", "minimumRequirement"),
        )
    return {
        "minimum_subtotal": None if amount is None else Decimal(str(amount)),
        "minimum_quantity": None if quantity is None else int(quantity),
    }
