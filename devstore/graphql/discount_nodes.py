"""Discounts as GraphQL shows them: the node, the discount inside, its codes."""

from decimal import Decimal
from typing import Any

from devstore.clock import rfc3339
from devstore.discount_model import Buys, CodeImport, Discount, DiscountKind, RedeemCode
from devstore.graphql.collections import collection_node
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid
from devstore.graphql.products import product_node, variant_node
from devstore.graphql.shop_fields import app
from devstore.graphql.values import decimal, money

TYPES = {
    DiscountKind.PERCENTAGE: "Basic",
    DiscountKind.FIXED_AMOUNT: "Basic",
    DiscountKind.FREE_SHIPPING: "FreeShipping",
    DiscountKind.BUY_GET: "Bxgy",
}


def code_node(context: Context, one: Discount) -> Node:
    """DiscountCodeNode."""
    return {
        "__typename": "DiscountCodeNode",
        "id": gid("DiscountCodeNode", one.id),
        "codeDiscount": discount(context, one),
    }


def any_node(context: Context, one: Discount) -> Node:
    """DiscountNode: codes and automatic ones alike."""
    return {
        "__typename": "DiscountNode",
        "id": gid("DiscountAutomaticNode" if one.automatic else "DiscountCodeNode", one.id),
        "discount": discount(context, one),
    }


def discount(context: Context, one: Discount) -> Node:
    """DiscountCodeBasic, DiscountCodeFreeShipping or their automatic relatives."""
    node = _common(context, one)
    if one.buys is not None:
        node |= {"customerBuys": _buys(context, one.buys), "usesPerOrderLimit": one.buys.per_order}
    else:
        node["minimumRequirement"] = _minimum(context, one)
    if one.kind is DiscountKind.FREE_SHIPPING:
        node |= {"destinationSelection": {"__typename": "DiscountCountryAll", "allCountries": True}}
    else:
        node["customerGets"] = _gets(context, one)
    if one.automatic:
        return node | {"__typename": f"DiscountAutomatic{TYPES[one.kind]}"}
    return node | _with_codes(context, one) | {"__typename": f"DiscountCode{TYPES[one.kind]}"}


def redeem_node(context: Context, one: RedeemCode) -> Node:
    """DiscountRedeemCode."""
    return {
        "id": gid("DiscountRedeemCode", one.id),
        "code": one.code,
        "asyncUsageCount": one.uses,
        "createdBy": app(context),
    }


def import_node(context: Context, job: CodeImport) -> Node:
    """DiscountRedeemCodeBulkCreation; counts stay 0 until it is done."""
    target = context.shop.discounts.get(job.discount_id)
    return {
        "__typename": "DiscountRedeemCodeBulkCreation",
        "id": gid("DiscountRedeemCodeBulkCreation", job.id),
        "done": job.done,
        "codesCount": len(job.codes),
        "importedCount": len(job.added),
        "failedCount": len(job.failed),
        "createdAt": rfc3339(job.created_at),
        "discountCode": None if target is None else code_node(context, target),
        "codes": lambda **a: connection(context, job.codes, lambda c: _imported(context, job, c), a),
    }


def _imported(context: Context, job: CodeImport, code: str) -> Node:
    added = job.added.get(code)
    problem = job.failed.get(code)
    errors = (
        [{"field": ["code"], "code": problem[0], "message": problem[1], "extraInfo": None}] if problem else []
    )
    made = RedeemCode(added, code, job.created_at) if added is not None else None
    return {
        "code": code,
        "discountRedeemCode": None if made is None else redeem_node(context, made),
        "errors": errors,
    }


def _common(context: Context, one: Discount) -> Node:
    return {
        "title": one.title,
        "status": one.status_at(context.state.now),
        "startsAt": rfc3339(one.starts_at),
        "endsAt": None if one.ends_at is None else rfc3339(one.ends_at),
        "createdAt": rfc3339(one.created_at),
        "updatedAt": rfc3339(one.updated_at),
        "asyncUsageCount": sum(code.uses for code in one.codes),
        "discountClasses": [one.of_class.upper()],
        "tags": one.tags,
        "summary": f"{decimal(one.value)} {one.kind.value} off",
        "shortSummary": f"{decimal(one.value)} {one.kind.value}",
        "combinesWith": {
            "orderDiscounts": "order" in one.combines,
            "productDiscounts": "product" in one.combines,
            "shippingDiscounts": "shipping" in one.combines,
        },
    }


def _with_codes(context: Context, one: Discount) -> Node:
    first = one.codes[0].code if one.codes else ""
    return {
        "usageLimit": one.usage_limit,
        "appliesOncePerCustomer": one.once_per_customer,
        "codesCount": {"count": len(one.codes), "precision": "EXACT"},
        "codes": lambda **a: connection(context, one.codes, lambda c: redeem_node(context, c), a),
        "shareableUrls": [
            {
                "targetType": "HOME",
                "title": "Home page",
                "url": f"https://{context.shop.domain}/discount/{first}",
            }
        ],
        "totalSales": lambda **_: money(_sales(context, one), context.shop.currency),
    }


def _sales(context: Context, one: Discount) -> Decimal:
    codes = {code.code for code in one.codes}
    return sum(
        (
            line.discounted
            for order in context.shop.orders.values()
            if any(a.type == "discount_code" and a.title in codes for a in order.discount_applications)
            for line in order.lines
        ),
        Decimal(0),
    )


def _gets(context: Context, one: Discount) -> Node:
    if one.kind is DiscountKind.FIXED_AMOUNT:
        value: Node = {
            "__typename": "DiscountAmount",
            "amount": money(one.value, context.shop.currency),
            "appliesOnEachItem": one.each_item,
        }
    else:
        value = {"__typename": "DiscountPercentage", "percentage": float(one.value / 100)}
    if one.buys is not None:
        quantity = {"quantity": str(one.buys.gets)}
        value = {"__typename": "DiscountOnQuantity", "quantity": quantity, "effect": value}
    return {"value": value, "items": _items(context, one.variant_ids, one.collection_ids)}


def _buys(context: Context, buys: Buys) -> Node:
    return {
        "isOneTimePurchase": True,
        "isSubscription": False,
        "value": {"__typename": "DiscountQuantity", "quantity": str(buys.quantity)},
        "items": _items(context, buys.variant_ids, buys.collection_ids),
    }


def _items(context: Context, variant_ids: frozenset[int] | None, collection_ids: frozenset[int]) -> Node:
    if variant_ids is None:
        return {"__typename": "AllDiscountItems", "allItems": True}
    if collection_ids:
        held = [context.shop.collections[number] for number in sorted(collection_ids)]
        return {
            "__typename": "DiscountCollections",
            "collections": lambda **a: connection(context, held, lambda c: collection_node(context, c), a),
        }
    chosen = [context.shop.variant(number) for number in sorted(variant_ids)]
    owners = {product.id: product for product, _ in chosen}

    def variants(**arguments: Any) -> Node:
        return connection(context, chosen, lambda pair: variant_node(context, *pair), arguments)

    return {
        "__typename": "DiscountProducts",
        "products": lambda **a: connection(context, owners.values(), lambda p: product_node(context, p), a),
        "productVariants": variants,
    }


def _minimum(context: Context, one: Discount) -> Node | None:
    if one.minimum_quantity is not None:
        least = str(one.minimum_quantity)
        return {"__typename": "DiscountMinimumQuantity", "greaterThanOrEqualToQuantity": least}
    if one.minimum_subtotal is None:
        return None
    subtotal = money(one.minimum_subtotal, context.shop.currency)
    return {"__typename": "DiscountMinimumSubtotal", "greaterThanOrEqualToSubtotal": subtotal}
