"""An order as GraphQL tells it, read into the same OrderFacts as a webhook's body.

The body is the `order` of order_for_commission.graphql, as it lies in the inbox. Source: Admin API 2026-10.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

import msgspec

from app.kernel.currency import minor_units
from app.orders.model import (
    DiscountUse,
    DisputeFacts,
    FinancialStatus,
    Line,
    OrderEvent,
    OrderFacts,
    RefundFacts,
)
from app.shopify import order_answer as answer
from app.shopify.payloads import Totals, is_renewal
from app.shopify.payloads_parts import BadPayload

KINDS = {
    "DiscountCodeApplication": "discount_code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}
PAYS = {"SALE", "CAPTURE"}


_orders = msgspec.json.Decoder(answer.Order)


def order(body: bytes, told_at: datetime | None = None) -> OrderEvent:
    """The version of an order that Shopify answered with at `told_at`, which dates its disputes.

    Raises BadPayload, UnknownCurrency, BadAmount.
    """
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
        renewal=is_renewal(raw.source_name, on_a_plan=any(i.selling_plan for i in raw.line_items.nodes)),
        shipping_minor=_sum((s.discounted_price_set for s in raw.shipping_lines.nodes), raw),
        shipping_tax_minor=_sum((t.price_set for s in raw.shipping_lines.nodes for t in s.tax_lines), raw),
        **_totals(raw),
    )
    return OrderEvent(
        order=facts,
        refunds=tuple(_refund(r, raw) for r in raw.refunds),
        customer_id=None,
        email=None,
        paid_at=_paid_at(raw, facts.financial_status),
        received_minor=_sum((t.amount_set for t in _payments(raw)), raw),
        fulfilled_at=_fulfilled_at(raw),
        disputes=tuple(_dispute(one, raw, told_at) for one in raw.disputes) if told_at else (),
    )


def _status(text: str | None) -> FinancialStatus:
    try:
        return FinancialStatus((text or "pending").lower())
    except ValueError:
        raise BadPayload(
            "answer about an order", f"financial status {str(text)[:40]!r} is unknown."
        ) from None


def _amount(bag: answer.Bag, currency: str) -> int:
    return minor_units(bag.shop_money.amount, currency)


def _line(item: answer.Line, currency: str) -> Line:
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


def _discounts(raw: answer.Order) -> tuple[DiscountUse, ...]:
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


def _refund(raw: answer.Refund, order_: answer.Order) -> RefundFacts:
    units: dict[int, int] = {}
    for line in raw.refund_line_items.nodes:
        units[line.line_item.number] = units.get(line.line_item.number, 0) + line.quantity
    return RefundFacts(
        id=raw.number,
        order_id=order_.number,
        refunded_at=raw.created_at or order_.updated_at,
        lines=tuple(sorted(units.items())),
        needs_reread=any(a.reason == "REFUND_DISCREPANCY" for a in raw.order_adjustments.nodes)
        or any(t.status == "PENDING" for t in raw.transactions.nodes),
        shipping_minor=None
        if raw.refund_shipping_lines is None
        else _sum((s.subtotal_amount_set for s in raw.refund_shipping_lines.nodes), order_),
    )


def _paid_at(raw: answer.Order, status: FinancialStatus) -> datetime | None:
    """When the sale or capture was processed that completed the payment (precision.md 1.3).

    An order that costs nothing is paid when it is placed; one that an edit made cheaper, by its last payment.
    """
    if not status.is_paid:
        return None
    due = _amount(raw.total_price_set, raw.currency_code)
    if due <= 0:
        return raw.created_at
    done = sorted(_payments(raw), key=lambda t: t.processed_at or raw.updated_at)
    if not done:
        return raw.updated_at
    return _completed_at(done, due, raw) or done[-1].processed_at or raw.updated_at


def _payments(raw: answer.Order) -> list[answer.Transaction]:
    return [
        t for t in raw.transactions if t.kind in PAYS and t.status == "SUCCESS" and t.processed_at is not None
    ]


def _sum(bags: Iterable[answer.Bag | None], raw: answer.Order) -> int:
    return sum(_amount(bag, raw.currency_code) for bag in bags if bag is not None)


def _totals(raw: answer.Order) -> Totals:
    told = raw.current_total_price_set
    if told is None:
        return {}
    total = Totals(total_minor=_amount(told, raw.currency_code))
    shown = told.presentment_money
    if shown is None or shown.currency_code == raw.currency_code:
        return total
    code = shown.currency_code
    return total | {"shown_currency": code, "shown_total_minor": minor_units(shown.amount, code)}


def _fulfilled_at(raw: answer.Order) -> datetime | None:
    sent = [p.created_at for p in raw.fulfillments if p.status == "SUCCESS"]
    return max(sent, default=None) if raw.display_fulfillment_status == "FULFILLED" else None


def _dispute(one: answer.Dispute, raw: answer.Order, told_at: datetime) -> DisputeFacts:
    return DisputeFacts(one.number, raw.number, one.initiated_as.lower(), one.status.lower(), told_at)


def _completed_at(payments: Sequence[answer.Transaction], due: int, raw: answer.Order) -> datetime | None:
    paid = 0
    for payment in payments:
        paid += _amount(payment.amount_set, raw.currency_code)
        if paid >= due:
            return payment.processed_at
    return None
