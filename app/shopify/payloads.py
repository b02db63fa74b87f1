"""Order bodies of webhooks, read into OrderFacts.

Only what decides money or evidence is read; everything else is skipped unparsed. Amounts come from
`*_set.shop_money`, as exact text. Source: Shopify webhooks 2026-10; the traps T1 to T16 that real
bodies hold are scenarios of the devstore, and each is a test.
"""

from datetime import datetime
from itertools import chain
from typing import TypedDict

import msgspec

from app.kernel.currency import minor_units
from app.orders.model import DiscountUse, Line, OrderEvent, OrderFacts
from app.shopify.payloads_glance import Parcel, fulfilled_at, status_of
from app.shopify.payloads_origin import WhereFrom, unhidden, where_from
from app.shopify.payloads_parts import BadPayload, Bag, BothBag, Id, Units, aware, decode
from app.shopify.payloads_refund import RefundBody, refund_facts


class _Allocation(msgspec.Struct):
    amount_set: Bag
    discount_application_index: int


class _Tax(msgspec.Struct):
    price_set: Bag


class _Product(msgspec.Struct):
    id: Id
    quantity: Units
    price_set: Bag
    title: str = ""
    product_id: Id | None = None
    variant_id: Id | None = None
    current_quantity: Units | None = None
    gift_card: bool = False
    vendor: str | None = None
    selling_plan_id: int | None = None
    discount_allocations: list[_Allocation] = []
    tax_lines: list[_Tax] = []


class _Shipping(msgspec.Struct):
    discount_allocations: list[_Allocation] = []
    discounted_price_set: Bag | None = None
    tax_lines: list[_Tax] = []


class _Application(msgspec.Struct):
    type: str
    code: str | None = None
    title: str | None = None
    description: str | None = None


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
    refunds: list[RefundBody] = msgspec.field(default_factory=list)
    fulfillments: list[Parcel] = msgspec.field(default_factory=list)
    fulfillment_status: str | None = None
    current_total_price_set: BothBag | None = None
    source_name: str | None = None
    email: str | None = None
    customer: _Customer | None = None


_orders = msgspec.json.Decoder(_Order)
_edits = msgspec.json.Decoder(_Edited)


def order(body: bytes) -> OrderEvent:
    """The version of an order in the body of an orders/* webhook. Raises BadPayload, UnknownCurrency, BadAmount."""
    raw = decode(_orders, body, "order")
    currency = raw.currency
    facts = OrderFacts(
        id=raw.id,
        name=raw.name[:64],
        placed_at=aware(raw.created_at),
        updated_at=aware(raw.updated_at),
        currency=currency,
        taxes_included=raw.taxes_included,
        test=raw.test,
        cancelled_at=aware(raw.cancelled_at) if raw.cancelled_at else None,
        financial_status=status_of(raw.financial_status),
        lines=tuple(_line(item, currency) for item in raw.line_items),
        discounts=_discounts(raw),
        source_name=raw.source_name or "",
        renewal=is_renewal(raw.source_name, on_a_plan=any(i.selling_plan_id for i in raw.line_items)),
        shipping_minor=sum(
            _amount(s.discounted_price_set, currency) for s in raw.shipping_lines if s.discounted_price_set
        ),
        shipping_tax_minor=sum(
            _amount(t.price_set, currency) for s in raw.shipping_lines for t in s.tax_lines
        ),
        **_totals(raw),
    )
    hidden = raw.tribute_pseudonyms
    customer = raw.customer
    return OrderEvent(
        order=facts,
        refunds=tuple(refund_facts(r) for r in raw.refunds),
        customer_id=str(customer.id) if customer and customer.id is not None else None,
        email=raw.email or (customer.email if customer else None),
        customer_key=unhidden(hidden.customer) if hidden else None,
        email_key=unhidden(hidden.email) if hidden else None,
        said=where_from(raw),
        fulfilled_at=fulfilled_at(raw.fulfillments, raw.fulfillment_status),
    )


def edited_order_id(body: bytes) -> int:
    """Which order an orders/edited webhook speaks of: it names changes, not the order. Raises BadPayload."""
    return decode(_edits, body, "order edit").order_edit.order_id


def _amount(bag: Bag, currency: str) -> int:
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


class Totals(TypedDict, total=False):
    """What stands, as OrderFacts has it; empty where no body told."""

    total_minor: int
    shown_currency: str
    shown_total_minor: int


def _totals(raw: _Order) -> Totals:
    """What stands after edits and refunds, in the shop's currency and in the shopper's where that is another."""
    told = raw.current_total_price_set
    if told is None:
        return {}
    total = Totals(total_minor=_amount(told, raw.currency))
    shown = told.presentment_money
    if shown is None or shown.currency_code == raw.currency:
        return total
    code = shown.currency_code
    return total | {"shown_currency": code, "shown_total_minor": minor_units(shown.amount, code)}


def is_renewal(source_name: str | None, *, on_a_plan: bool) -> bool:
    """Whether a subscription was billed again. Its first order is bought at a checkout like any other.

    Shopify's own word was subscription_contract until October 2025 and is subscription_contract_checkout_one
    since; neither is promised. Apps that bill by the API show their number and lines on a selling plan.
    """
    source = source_name or ""
    return source.startswith("subscription_contract") or (on_a_plan and source.isdigit())


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
