"""Refunds, twice: embedded in the order, and alone (refunds/create), which says a little more."""

from decimal import Decimal

from devstore.model import Shop
from devstore.money import rounded, text
from devstore.order_model import Adjustment, Order, Refund, RefundLine, RefundShipping, Transaction
from devstore.payloads.line import line_body, shipping_body
from devstore.payloads.parts import Body, bag, local
from devstore.totals import MONEY_IN


def refund_body(shop: Shop, order: Order, refund: Refund) -> Body:
    """The body of refunds/create: with `return`, refund_shipping_lines and fuller transactions."""
    body = _common(shop, order, refund, alone=True)
    parcels = {parcel.id: parcel for parcel in order.shipping_lines}
    body["return"] = _return(order, refund)
    body["refund_shipping_lines"] = [
        _shipping(order, one, shipping_body(order, parcels[one.shipping_line_id], in_refund=True))
        for one in refund.shipping
    ]
    return body


def _return(order: Order, refund: Refund) -> Body | None:
    for one in order.returns:
        if refund.id in one.refunds:
            return {"id": one.id, "admin_graphql_api_id": f"gid://shopify/Return/{one.id}"}
    return None


def embedded_refund(shop: Shop, order: Order, refund: Refund) -> Body:
    """A refund inside refunds[] of an order."""
    return _common(shop, order, refund, alone=False)


def _common(shop: Shop, order: Order, refund: Refund, *, alone: bool) -> Body:
    nothing = bag(order, Decimal(0))
    return {
        "id": refund.id,
        "admin_graphql_api_id": f"gid://shopify/Refund/{refund.id}",
        "created_at": local(shop, refund.created_at),
        "note": refund.note,
        "order_id": order.id,
        "processed_at": local(shop, refund.created_at),
        "restock": refund.restock,
        "total_additional_fees_set": nothing,
        "total_duties_set": nothing,
        "user_id": None,
        "order_adjustments": [_adjustment(order, refund, one) for one in refund.adjustments],
        "transactions": [_transaction(shop, order, one, alone=alone) for one in refund.transactions],
        "refund_line_items": [_line(order, one, alone=alone) for one in refund.lines],
        "duties": [],
        "additional_fees": [],
    }


def _line(order: Order, one: RefundLine, *, alone: bool) -> Body:
    return {
        "id": one.id,
        "line_item_id": one.line_id,
        "location_id": None,
        "quantity": one.quantity,
        "restock_type": one.restock_type,
        # T5: JSON numbers, whole ones without a point.
        "subtotal": rounded(one.subtotal, order.currency),
        "subtotal_set": bag(order, one.subtotal),
        "total_tax": rounded(one.total_tax, order.currency),
        "total_tax_set": bag(order, one.total_tax),
        "line_item": line_body(order, order.line(one.line_id), in_refund=alone),
    }


def _shipping(order: Order, one: RefundShipping, parcel: Body) -> Body:
    return {
        "id": one.id,
        "shipping_line_id": one.shipping_line_id,
        "subtotal_amount_set": bag(order, one.subtotal),
        "shipping_line": parcel,
    }


def _adjustment(order: Order, refund: Refund, one: Adjustment) -> Body:
    return {
        "id": one.id,
        "order_id": order.id,
        "refund_id": refund.id,
        "amount": text(one.amount, order.currency),
        "tax_amount": text(Decimal(0), order.currency),
        "kind": one.kind,
        "reason": one.reason,
        "amount_set": bag(order, one.amount),
        "tax_amount_set": bag(order, Decimal(0)),
    }


def _transaction(shop: Shop, order: Order, one: Transaction, *, alone: bool) -> Body:
    body: Body = {
        "id": one.id,
        "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{one.id}",
        "amount": text(one.amount, one.currency),
        "authorization": None,
        "created_at": local(shop, one.created_at),
        "currency": one.currency,
        "device_id": None,
        "error_code": None,
        "gateway": one.gateway,
        "kind": one.kind,
        "location_id": None,
        "message": "Bogus Gateway: Forced success" if one.status == "success" else None,
        "order_id": order.id,
        "parent_id": one.parent_id,
        "payment_id": f"{order.name}.{one.id % 1000}",
        "processed_at": local(shop, one.processed_at),
        "receipt": {},
        "source_name": order.source_name,
        "status": one.status,
        "test": one.test,
        "user_id": None,
    }
    return body | _only_alone(order) if alone else body


def _only_alone(order: Order) -> Body:
    taken = sum((t.shop_amount for t in order.transactions if t.kind in MONEY_IN), Decimal(0))
    return {
        # This one bag says `currency` where every other says `currency_code` (sample 04).
        "total_unsettled_set": {
            side: {"amount": money["amount"], "currency": money["currency_code"]}
            for side, money in bag(order, taken).items()
        },
        "manual_payment_gateway": False,
        "amount_rounding": None,
    }
