"""An order as GraphQL tells it, read into the same OrderFacts as a webhook's body.

The body is the `order` of order_for_commission.graphql, as it lies in the inbox. Source: Admin API 2026-10.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

import msgspec

from app.kernel.currency import minor_units
from app.orders.model import DiscountUse, FinancialStatus, Line, OrderEvent, OrderFacts, RefundFacts
from app.shopify.payloads import BadPayload, Units

KINDS = {
    "DiscountCodeApplication": "discount_code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}
PAYS = {"SALE", "CAPTURE"}


class _Shop(msgspec.Struct, rename="camel"):
    amount: str
    currency_code: str


class _Bag(msgspec.Struct, rename="camel"):
    shop_money: _Shop


class _Gid(msgspec.Struct):
    id: str

    @property
    def number(self) -> int:
        """The number that webhooks call the same thing by."""
        tail = self.id.rsplit("/", 1)[-1].split("?", 1)[0]
        if not (tail.isascii() and tail.isdigit()):
            raise BadPayload("order", f"{self.id[:80]!r} is no id.")
        return int(tail)


class _Index(msgspec.Struct):
    index: int


class _Allocation(msgspec.Struct, rename="camel"):
    allocated_amount_set: _Bag
    discount_application: _Index


class _Tax(msgspec.Struct, rename="camel"):
    price_set: _Bag


class _Line(_Gid, rename="camel"):
    title: str
    quantity: Units
    current_quantity: Units
    is_gift_card: bool
    original_unit_price_set: _Bag
    product: _Gid | None = None
    variant: _Gid | None = None
    discount_allocations: list[_Allocation] = []
    tax_lines: list[_Tax] = []


class _Application(msgspec.Struct):
    typename: str = msgspec.field(name="__typename")
    index: int = 0
    code: str | None = None
    title: str | None = None
    description: str | None = None


class _RefundLine(msgspec.Struct, rename="camel"):
    quantity: Units
    line_item: _Gid


class _RefundLines(msgspec.Struct):
    nodes: list[_RefundLine]


class _Adjustment(msgspec.Struct):
    reason: str | None = None


class _Adjustments(msgspec.Struct):
    nodes: list[_Adjustment] = []


class _State(msgspec.Struct):
    status: str


class _Refund(_Gid, rename="camel"):
    refund_line_items: _RefundLines
    created_at: datetime | None = None
    order_adjustments: _Adjustments = msgspec.field(default_factory=_Adjustments)
    transactions: list[_State] = []


class _Lines(msgspec.Struct):
    nodes: list[_Line]


class _ShippingLine(msgspec.Struct, rename="camel"):
    discount_allocations: list[_Allocation] = []


class _Shipping(msgspec.Struct):
    nodes: list[_ShippingLine] = []


class _Applications(msgspec.Struct):
    nodes: list[_Application] = []


class _Transaction(msgspec.Struct, rename="camel"):
    kind: str
    status: str
    amount_set: _Bag
    processed_at: datetime | None = None


class _Order(_Gid, rename="camel"):
    name: str
    created_at: datetime
    updated_at: datetime
    currency_code: str
    test: bool
    taxes_included: bool
    line_items: _Lines
    total_price_set: _Bag
    display_financial_status: str | None = None
    cancelled_at: datetime | None = None
    source_name: str | None = None
    discount_applications: _Applications = msgspec.field(default_factory=_Applications)
    shipping_lines: _Shipping = msgspec.field(default_factory=_Shipping)
    refunds: list[_Refund] = []
    transactions: list[_Transaction] = []


_orders = msgspec.json.Decoder(_Order)


def order(body: bytes) -> OrderEvent:
    """The version of an order that Shopify answered with. Raises BadPayload, UnknownCurrency, BadAmount."""
    try:
        raw = _orders.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPayload("answer about an order", str(error)) from None
    facts = OrderFacts(
        id=raw.number,
        name=raw.name[:64],
        placed_at=raw.created_at,
        updated_at=raw.updated_at,
        currency=raw.currency_code,
        taxes_included=raw.taxes_included,
        test=raw.test,
        cancelled_at=raw.cancelled_at,
        financial_status=_status(raw.display_financial_status),
        lines=tuple(_line(item, raw.currency_code) for item in raw.line_items.nodes),
        discounts=_discounts(raw),
        source_name=raw.source_name or "",
    )
    return OrderEvent(
        order=facts,
        refunds=tuple(_refund(r, raw) for r in raw.refunds),
        customer_id=None,
        email=None,
        paid_at=_paid_at(raw, facts.financial_status),
    )


def _status(text: str | None) -> FinancialStatus:
    try:
        return FinancialStatus((text or "pending").lower())
    except ValueError:
        raise BadPayload(
            "answer about an order", f"financial status {str(text)[:40]!r} is unknown."
        ) from None


def _amount(bag: _Bag, currency: str) -> int:
    return minor_units(bag.shop_money.amount, currency)


def _line(item: _Line, currency: str) -> Line:
    return Line(
        id=item.number,
        title=item.title[:255],
        product_id=item.product.number if item.product else None,
        variant_id=item.variant.number if item.variant else None,
        ordered=item.quantity,
        current=item.current_quantity,
        price_minor=_amount(item.original_unit_price_set, currency),
        discount_minor=sum(_amount(a.allocated_amount_set, currency) for a in item.discount_allocations),
        tax_minor=sum(_amount(t.price_set, currency) for t in item.tax_lines),
        gift_card=item.is_gift_card,
    )


def _discounts(raw: _Order) -> tuple[DiscountUse, ...]:
    taken: dict[int, int] = {}
    parts = [i.discount_allocations for i in raw.line_items.nodes]
    parts += [s.discount_allocations for s in raw.shipping_lines.nodes]
    for allocation in chain.from_iterable(parts):
        index = allocation.discount_application.index
        taken[index] = taken.get(index, 0) + _amount(allocation.allocated_amount_set, raw.currency_code)
    return tuple(
        DiscountUse(KINDS.get(a.typename, a.typename), (a.code or a.title or a.description or "")[:255],
                    taken.get(a.index, 0))
        for a in sorted(raw.discount_applications.nodes, key=lambda a: a.index)
    )  # fmt: skip


def _refund(raw: _Refund, order_: _Order) -> RefundFacts:
    units: dict[int, int] = {}
    for line in raw.refund_line_items.nodes:
        units[line.line_item.number] = units.get(line.line_item.number, 0) + line.quantity
    return RefundFacts(
        id=raw.number,
        order_id=order_.number,
        refunded_at=raw.created_at or order_.updated_at,
        lines=tuple(sorted(units.items())),
        needs_reread=any(a.reason == "REFUND_DISCREPANCY" for a in raw.order_adjustments.nodes)
        or any(t.status == "PENDING" for t in raw.transactions),
    )


def _paid_at(raw: _Order, status: FinancialStatus) -> datetime | None:
    """When the sale or capture was processed that completed the payment (precision.md 1.3)."""
    if not status.is_paid:
        return None
    due = _amount(raw.total_price_set, raw.currency_code)
    done = [
        t for t in raw.transactions if t.kind in PAYS and t.status == "SUCCESS" and t.processed_at is not None
    ]
    return (
        _completed_at(sorted(done, key=lambda t: t.processed_at or raw.updated_at), due, raw)
        or raw.updated_at
    )


def _completed_at(payments: Sequence[_Transaction], due: int, raw: _Order) -> datetime | None:
    paid = 0
    for payment in payments:
        paid += _amount(payment.amount_set, raw.currency_code)
        if paid >= due:
            return payment.processed_at
    return None
