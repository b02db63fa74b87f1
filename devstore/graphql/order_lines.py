"""Lines, shipping, refunds, transactions of an order as GraphQL shows them."""

from decimal import Decimal

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid
from devstore.graphql.products import find_product, find_variant
from devstore.graphql.values import bag, money
from devstore.life_model import Return
from devstore.order_model import (
    Adjustment,
    Allocation,
    DiscountApplication,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    RefundShipping,
    ShippingLine,
    TaxLine,
    Transaction,
)

KINDS = {
    "discount_code": "DiscountCodeApplication",
    "automatic": "AutomaticDiscountApplication",
    "manual": "ManualDiscountApplication",
}


def line_node(context: Context, order: Order, line: OrderLine) -> Node:
    """LineItem. discountedTotalSet leaves out order-wide codes, as Shopify's does; the AfterAllDiscounts ones do not."""
    net = line.discounted - (line.tax if order.taxes_included else Decimal(0))
    own = line.gross - sum((a.amount for a in line.allocations if _is_line_level(order, a)), Decimal(0))
    return _line_words(context, line) | {
        "__typename": "LineItem",
        "originalTotalSet": bag(order, line.gross),
        "originalUnitPriceSet": bag(order, line.price),
        "discountedTotalSet": bag(order, own),
        "discountedUnitPriceSet": bag(order, own / line.quantity),
        "discountedUnitPriceAfterAllDiscountsSet": bag(order, line.discounted / line.quantity),
        "priceAfterAllDiscountsBeforeTaxesSet": bag(order, net),
        "totalDiscountSet": bag(order, line.gross - own),
        "discountAllocations": [_allocation(order, one) for one in line.allocations],
        "taxLines": lambda **_: [tax_node(order, one) for one in line.tax_lines],
        "duties": [],
    }


def _is_line_level(order: Order, one: Allocation) -> bool:
    return order.discount_applications[one.application_index].target_selection != "all"


def _line_words(context: Context, line: OrderLine) -> Node:
    return {
        "id": gid("LineItem", line.id),
        "name": f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
        "title": line.title,
        "variantTitle": line.variant_title or None,
        "sku": line.sku,
        "vendor": line.vendor,
        "quantity": line.quantity,
        "currentQuantity": line.current_quantity,
        "refundableQuantity": line.current_quantity,
        "isGiftCard": line.gift_card,
        "taxable": line.taxable,
        "requiresShipping": line.requires_shipping,
        "product": lambda **_: find_product(context, line.product_id),
        "variant": lambda **_: find_variant(context, line.variant_id),
        "customAttributes": [{"key": key, "value": value} for key, value in line.properties.items()],
        "sellingPlan": _selling_plan(line),
        "contract": None,
    }


def _selling_plan(line: OrderLine) -> Node | None:
    if line.selling_plan_id is None:
        return None
    return {"name": "Monthly", "sellingPlanId": gid("SellingPlan", line.selling_plan_id)}


def application_node(order: Order, index: int) -> Node:
    """One of the five kinds of DiscountApplication, by what it was."""
    one = order.discount_applications[index]
    words = (
        {"code": one.title} if one.type == "discount_code" else {"title": one.title, "description": one.title}
    )
    return words | {
        "__typename": KINDS[one.type],
        "index": index,
        "allocationMethod": one.allocation_method.upper(),
        "targetSelection": one.target_selection.upper(),
        "targetType": one.target_type.upper(),
        "value": _pricing_value(order, one),
    }


def _pricing_value(order: Order, one: DiscountApplication) -> Node:
    if one.value_type == "percentage":
        return {"__typename": "PricingPercentageValue", "percentage": float(one.value)}
    return money(one.value, order.currency)


def _allocation(order: Order, one: Allocation) -> Node:
    return {
        "allocatedAmountSet": bag(order, one.amount),
        "discountApplication": application_node(order, one.application_index),
    }


def tax_node(order: Order, one: TaxLine) -> Node:
    """TaxLine."""
    return {
        "title": one.title,
        "rate": float(one.rate),
        "ratePercentage": float(one.rate * 100),
        "priceSet": bag(order, one.price),
        "channelLiable": None,
    }


def shipping_node(order: Order, parcel: ShippingLine) -> Node:
    """ShippingLine."""
    return {
        "id": gid("ShippingLine", parcel.id),
        "title": parcel.title,
        "code": parcel.title,
        "isRemoved": False,
        "originalPriceSet": bag(order, parcel.price),
        "discountedPriceSet": bag(order, parcel.discounted_price),
        "discountAllocations": [_allocation(order, one) for one in parcel.allocations],
        "taxLines": [tax_node(order, one) for one in parcel.tax_lines],
    }


def transaction_node(order: Order, one: Transaction) -> Node:
    """OrderTransaction. Here, unlike REST, both currencies are told."""
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", one.id),
        "kind": one.kind.upper(),
        "status": one.status.upper(),
        "gateway": one.gateway,
        "createdAt": rfc3339(one.created_at),
        "processedAt": rfc3339(one.processed_at),
        "test": one.test,
        "amountSet": {
            "shopMoney": money(one.shop_amount, order.currency),
            "presentmentMoney": money(one.amount, one.currency),
        },
        "parentTransaction": None,
    }


def refund_node(context: Context, order: Order, refund: Refund) -> Node:
    """Refund, with its lines, shipping, discrepancies and transactions."""
    paid = sum((t.shop_amount for t in refund.transactions if t.status == "success"), Decimal(0))
    odd = [one for one in refund.adjustments if one.kind == "refund_discrepancy"]
    return {
        "__typename": "Refund",
        "id": gid("Refund", refund.id),
        "legacyResourceId": str(refund.id),
        "createdAt": rfc3339(refund.created_at),
        "processedAt": rfc3339(refund.created_at),
        "updatedAt": rfc3339(order.updated_at),
        "note": refund.note,
        "return": next((return_node(order, one) for one in order.returns if refund.id in one.refunds), None),
        "totalRefundedSet": bag(order, paid),
        "refundLineItems": lambda **a: connection(
            context, refund.lines, lambda one: _refund_line(context, order, one), a
        ),
        "refundShippingLines": lambda **a: connection(
            context, refund.shipping, lambda one: _refund_shipping(order, one), a
        ),
        "orderAdjustments": lambda **a: connection(
            context, odd, lambda one: _adjustment(order, refund, one), a
        ),
        "transactions": lambda **a: connection(
            context, refund.transactions, lambda one: transaction_node(order, one), a
        ),
    }


def return_node(order: Order, one: Return) -> Node:
    """Return: where it stands; its lines are refund lines once it is processed."""
    return {
        "__typename": "Return",
        "id": gid("Return", one.id),
        "name": f"{order.name}-R{one.number}",
        "status": one.status.upper(),
        "createdAt": rfc3339(one.created_at),
        "closedAt": None if one.closed_at is None else rfc3339(one.closed_at),
        "totalQuantity": sum(one.lines.values()),
    }


def _refund_line(context: Context, order: Order, one: RefundLine) -> Node:
    return {
        "id": gid("RefundLineItem", one.id),
        "quantity": one.quantity,
        "restockType": one.restock_type.upper(),
        "restocked": one.restock_type != "no_restock",
        "lineItem": line_node(context, order, order.line(one.line_id)),
        "priceSet": bag(order, one.subtotal / one.quantity),
        "subtotalSet": bag(order, one.subtotal),
        "totalTaxSet": bag(order, one.total_tax),
    }


def _refund_shipping(order: Order, one: RefundShipping) -> Node:
    parcel = next(p for p in order.shipping_lines if p.id == one.shipping_line_id)
    return {
        "id": gid("RefundShippingLine", one.id),
        "shippingLine": shipping_node(order, parcel),
        "subtotalAmountSet": bag(order, one.subtotal),
        "taxAmountSet": bag(order, Decimal(0)),
    }


def _adjustment(order: Order, refund: Refund, one: Adjustment) -> Node:
    pending = any(t.status == "pending" for t in refund.transactions)
    return {
        "id": gid("OrderAdjustment", one.id),
        "reason": "PENDING_REFUND_DISCREPANCY" if pending else "REFUND_DISCREPANCY",
        "amountSet": bag(order, one.amount),
        "taxAmountSet": bag(order, Decimal(0)),
    }
