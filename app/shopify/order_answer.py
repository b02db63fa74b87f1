"""What GraphQL answers about an order: the shape of order_for_commission.graphql, as it lies in the inbox.

Source: Admin API 2026-10. What a shorter document leaves out has a default.
"""

from datetime import datetime

import msgspec

from app.shopify.payloads_parts import BadPayload, Units


class Shop(msgspec.Struct, rename="camel"):
    """An amount as text, with its currency."""

    amount: str
    currency_code: str


class Bag(msgspec.Struct, rename="camel"):
    """An amount in the shop's currency."""

    shop_money: Shop


class Both(Bag, rename="camel"):
    """An amount in both currencies."""

    presentment_money: Shop | None = None


class Gid(msgspec.Struct):
    """Something with a global id."""

    id: str

    @property
    def number(self) -> int:
        """The number that webhooks call the same thing by."""
        tail = self.id.rsplit("/", 1)[-1].split("?", 1)[0]
        if not (tail.isascii() and tail.isdigit()):
            raise BadPayload("order", f"{self.id[:80]!r} is no id.")
        return int(tail)


class Index(msgspec.Struct):
    """Which application a part belongs to."""

    index: int


class Allocation(msgspec.Struct, rename="camel"):
    """What one application took off."""

    allocated_amount_set: Bag
    discount_application: Index


class Tax(msgspec.Struct, rename="camel"):
    """One tax."""

    price_set: Bag


class Plan(msgspec.Struct, rename="camel"):
    """The selling plan a line was bought on."""

    selling_plan_id: str | None = None


class Line(Gid, rename="camel"):
    """A line item."""

    title: str
    quantity: Units
    current_quantity: Units
    is_gift_card: bool
    original_unit_price_set: Bag
    selling_plan: Plan | None = None
    product: Gid | None = None
    variant: Gid | None = None
    discount_allocations: list[Allocation] = []
    tax_lines: list[Tax] = []


class Application(msgspec.Struct):
    """A discount application."""

    typename: str = msgspec.field(name="__typename")
    index: int = 0
    code: str | None = None
    title: str | None = None
    description: str | None = None


class RefundLine(msgspec.Struct, rename="camel"):
    """Units that came back."""

    quantity: Units
    line_item: Gid


class RefundLines(msgspec.Struct):
    """All of a refund."""

    nodes: list[RefundLine]


class Adjustment(msgspec.Struct):
    """Why a refund does not add up."""

    reason: str | None = None


class Adjustments(msgspec.Struct):
    """All of a refund."""

    nodes: list[Adjustment] = []


class State(msgspec.Struct):
    """The status of something."""

    status: str


class States(msgspec.Struct):
    """Of the transactions of a refund."""

    nodes: list[State] = []


class Parcel(State, rename="camel"):
    """A fulfillment."""

    created_at: datetime


class Dispute(Gid, rename="camel"):
    """A dispute's summary: it tells no amount."""

    initiated_as: str
    status: str


class ShippingBack(msgspec.Struct, rename="camel"):
    """Shipping that came back."""

    subtotal_amount_set: Bag


class ShippingLinesBack(msgspec.Struct):
    """All of a refund."""

    nodes: list[ShippingBack]


class Refund(Gid, rename="camel"):
    """A refund."""

    refund_line_items: RefundLines
    created_at: datetime | None = None
    order_adjustments: Adjustments = msgspec.field(default_factory=Adjustments)
    transactions: States = msgspec.field(default_factory=States)
    refund_shipping_lines: ShippingLinesBack | None = None


class Lines(msgspec.Struct):
    """The lines of all pages."""

    nodes: list[Line]


class ShippingLine(msgspec.Struct, rename="camel"):
    """A shipping line."""

    discount_allocations: list[Allocation] = []
    discounted_price_set: Bag | None = None
    tax_lines: list[Tax] = []


class Shipping(msgspec.Struct):
    """The shipping lines."""

    nodes: list[ShippingLine] = []


class Applications(msgspec.Struct):
    """The discount applications, in the order's own sequence."""

    nodes: list[Application] = []


class Transaction(msgspec.Struct, rename="camel"):
    """Money that moved, or was meant to."""

    kind: str
    status: str
    amount_set: Bag
    processed_at: datetime | None = None


class Order(Gid, rename="camel"):
    """The order."""

    name: str
    created_at: datetime
    updated_at: datetime
    currency_code: str
    test: bool
    taxes_included: bool
    line_items: Lines
    total_price_set: Bag
    display_financial_status: str | None = None
    cancelled_at: datetime | None = None
    source_name: str | None = None
    discount_applications: Applications = msgspec.field(default_factory=Applications)
    shipping_lines: Shipping = msgspec.field(default_factory=Shipping)
    refunds: list[Refund] = []
    transactions: list[Transaction] = []
    current_total_price_set: Both | None = None
    display_fulfillment_status: str | None = None
    fulfillments: list[Parcel] = []
    disputes: list[Dispute] = []
