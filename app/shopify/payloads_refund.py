"""The body of refunds/create, and of a refund inside an order, read into RefundFacts.

Units say what came back; of money only the shipping lines are read. Source: Shopify webhooks 2026-10, traps T3 to T8.
"""

from datetime import datetime

import msgspec

from app.kernel.currency import minor_units
from app.orders.model import RefundFacts
from app.shopify.payloads_parts import Bag, Id, Units, aware, decode


class _ShippingBack(msgspec.Struct):
    subtotal_amount_set: Bag


class _RefundLine(msgspec.Struct):
    line_item_id: Id
    quantity: Units


class _Adjustment(msgspec.Struct):
    kind: str | None = None
    reason: str | None = None


class _Transaction(msgspec.Struct):
    status: str | None = None


class RefundBody(msgspec.Struct):
    """A refund as both bodies have it; only the one that travels alone lists its shipping lines."""

    id: Id
    order_id: Id
    created_at: datetime
    refund_line_items: list[_RefundLine] = []
    order_adjustments: list[_Adjustment] = []
    transactions: list[_Transaction] = []
    refund_shipping_lines: list[_ShippingBack] | None = None


_refunds = msgspec.json.Decoder(RefundBody)


def refund(body: bytes) -> RefundFacts:
    """The refund in the body of a refunds/create webhook. Raises BadPayload."""
    return refund_facts(decode(_refunds, body, "refund"))


def refund_facts(raw: RefundBody) -> RefundFacts:
    """What it says came back, lines of one id added up."""
    units: dict[int, int] = {}
    for line in raw.refund_line_items:
        units[line.line_item_id] = units.get(line.line_item_id, 0) + line.quantity
    differs = any(a.kind == "refund_discrepancy" for a in raw.order_adjustments)
    return RefundFacts(
        id=raw.id,
        order_id=raw.order_id,
        refunded_at=aware(raw.created_at),
        lines=tuple(sorted(units.items())),
        needs_reread=differs or any(t.status == "pending" for t in raw.transactions),
        shipping_minor=None
        if raw.refund_shipping_lines is None
        else _shipping_back(raw.refund_shipping_lines),
    )


def _shipping_back(lines: list[_ShippingBack]) -> int:
    """T3: the adjustment of the same amount and opposite sign is the same money."""
    return sum(
        minor_units(bag.amount, bag.currency_code)
        for bag in (s.subtotal_amount_set.shop_money for s in lines)
    )
