"""Order and refund bodies of webhooks, read into OrderFacts and RefundFacts.

Only what decides money or evidence is read; everything else is skipped unparsed. Amounts come from
`*_set.shop_money`, as exact text. Source: Shopify webhooks 2026-10; the traps T1 to T16 that real
bodies hold are scenarios of the devstore, and each is a test.
"""

from datetime import datetime
from itertools import chain
from typing import Annotated, TypeVar

import msgspec

from app.kernel.currency import minor_units
from app.kernel.errors import Invalid
from app.orders.model import DiscountUse, FinancialStatus, Line, OrderEvent, OrderFacts, RefundFacts
from app.shopify.payloads_origin import WhereFrom, unhidden, where_from

T = TypeVar("T")
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Units = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class BadPayload(Invalid):
    """A body that is not the order or refund that its topic promises."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"This is not a readable {what}: {why}")


class _Shop(msgspec.Struct):
    amount: str
    currency_code: str


class _Bag(msgspec.Struct):
    shop_money: _Shop


class _Allocation(msgspec.Struct):
    amount_set: _Bag
    discount_application_index: int


class _Tax(msgspec.Struct):
    price_set: _Bag


class _Product(msgspec.Struct):
    id: Id
    quantity: Units
    price_set: _Bag
    title: str = ""
    product_id: Id | None = None
    variant_id: Id | None = None
    current_quantity: Units | None = None
    gift_card: bool = False
    vendor: str | None = None
    discount_allocations: list[_Allocation] = []
    tax_lines: list[_Tax] = []


class _Shipping(msgspec.Struct):
    discount_allocations: list[_Allocation] = []


class _Application(msgspec.Struct):
    type: str
    code: str | None = None
    title: str | None = None
    description: str | None = None


class _RefundLine(msgspec.Struct):
    line_item_id: Id
    quantity: Units


class _Adjustment(msgspec.Struct):
    kind: str | None = None
    reason: str | None = None


class _Transaction(msgspec.Struct):
    status: str | None = None


class _Refund(msgspec.Struct):
    id: Id
    order_id: Id
    created_at: datetime
    refund_line_items: list[_RefundLine] = []
    order_adjustments: list[_Adjustment] = []
    transactions: list[_Transaction] = []


class _Edit(msgspec.Struct):
    order_id: Id


class _Edited(msgspec.Struct):
    order_edit: _Edit


class _Customer(msgspec.Struct):
    id: Id | None = None
    email: str | None = None


class _Order(WhereFrom, kw_only=True):
    id: Id
    name: str
    created_at: datetime
    updated_at: datetime
    currency: str
    line_items: list[_Product]
    test: bool = False
    taxes_included: bool = False
    cancelled_at: datetime | None = None
    financial_status: str | None = None
    discount_applications: list[_Application] = msgspec.field(default_factory=list)
    shipping_lines: list[_Shipping] = msgspec.field(default_factory=list)
    refunds: list[_Refund] = msgspec.field(default_factory=list)
    source_name: str | None = None
    email: str | None = None
    customer: _Customer | None = None


_orders = msgspec.json.Decoder(_Order)
_refunds = msgspec.json.Decoder(_Refund)
_edits = msgspec.json.Decoder(_Edited)


def order(body: bytes) -> OrderEvent:
    """The version of an order in the body of an orders/* webhook. Raises BadPayload, UnknownCurrency, BadAmount."""
    raw = _decode(_orders, body, "order")
    currency = raw.currency
    facts = OrderFacts(
        id=raw.id,
        name=raw.name[:64],
        placed_at=_aware(raw.created_at),
        updated_at=_aware(raw.updated_at),
        currency=currency,
        taxes_included=raw.taxes_included,
        test=raw.test,
        cancelled_at=_aware(raw.cancelled_at) if raw.cancelled_at else None,
        financial_status=_status(raw.financial_status),
        lines=tuple(_line(item, currency) for item in raw.line_items),
        discounts=_discounts(raw),
        source_name=raw.source_name or "",
    )
    hidden = raw.tribute_pseudonyms
    customer = raw.customer
    return OrderEvent(
        order=facts,
        refunds=tuple(_refund(r) for r in raw.refunds),
        customer_id=str(customer.id) if customer and customer.id is not None else None,
        email=raw.email or (customer.email if customer else None),
        customer_key=unhidden(hidden.customer) if hidden else None,
        email_key=unhidden(hidden.email) if hidden else None,
        said=where_from(raw),
    )


def refund(body: bytes) -> RefundFacts:
    """The refund in the body of a refunds/create webhook. Raises BadPayload."""
    return _refund(_decode(_refunds, body, "refund"))


def edited_order_id(body: bytes) -> int:
    """Which order an orders/edited webhook speaks of: it names changes, not the order. Raises BadPayload."""
    return _decode(_edits, body, "order edit").order_edit.order_id


def _decode(decoder: "msgspec.json.Decoder[T]", body: bytes, what: str) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadPayload(what, str(error)) from None
    except RecursionError:
        raise BadPayload(what, "it is nested too deeply.") from None


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadPayload("order", f"the time {at.isoformat()} has no zone.")
    return at


def _status(text: str | None) -> FinancialStatus:
    try:
        return FinancialStatus(text or "pending")
    except ValueError:
        raise BadPayload("order", f"financial_status {str(text)[:40]!r} is unknown.") from None


def _amount(bag: _Bag, currency: str) -> int:
    money = bag.shop_money
    if money.currency_code != currency:
        raise BadPayload(
            "order", f"an amount is in {money.currency_code[:8]!r}, the order in {currency[:8]!r}."
        )
    return minor_units(money.amount, currency)


def _line(item: _Product, currency: str) -> Line:
    return Line(
        id=item.id,
        title=item.title[:255],
        product_id=item.product_id,
        variant_id=item.variant_id,
        ordered=item.quantity,
        current=item.quantity if item.current_quantity is None else item.current_quantity,
        price_minor=_amount(item.price_set, currency),
        discount_minor=sum(_amount(a.amount_set, currency) for a in item.discount_allocations),
        tax_minor=sum(_amount(t.price_set, currency) for t in item.tax_lines),
        gift_card=item.gift_card,
        vendor=(item.vendor or "")[:255],
    )


def _discounts(raw: _Order) -> tuple[DiscountUse, ...]:
    """Allocations add up to what each application took; its position says which."""
    taken = [0] * len(raw.discount_applications)
    parts = [
        *(i.discount_allocations for i in raw.line_items),
        *(s.discount_allocations for s in raw.shipping_lines),
    ]
    for allocation in chain.from_iterable(parts):
        if not 0 <= allocation.discount_application_index < len(taken):
            raise BadPayload("order", f"discount {allocation.discount_application_index} does not exist.")
        taken[allocation.discount_application_index] += _amount(allocation.amount_set, raw.currency)
    return tuple(
        DiscountUse(a.type, (a.code or a.title or a.description or "")[:255], minor)
        for a, minor in zip(raw.discount_applications, taken, strict=True)
    )


def _refund(raw: _Refund) -> RefundFacts:
    units: dict[int, int] = {}
    for line in raw.refund_line_items:
        units[line.line_item_id] = units.get(line.line_item_id, 0) + line.quantity
    differs = any(a.kind == "refund_discrepancy" for a in raw.order_adjustments)
    return RefundFacts(
        id=raw.id,
        order_id=raw.order_id,
        refunded_at=_aware(raw.created_at),
        lines=tuple(sorted(units.items())),
        needs_reread=differs or any(t.status == "pending" for t in raw.transactions),
    )
