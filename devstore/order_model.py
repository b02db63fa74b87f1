"""An order of the pretend shop and everything inside it. Payloads and GraphQL read these; verbs change them.

Amounts are Decimal, major units of the shop currency; presentment = amount x order.presentment_rate, rounded.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from devstore.life_model import Dispute, Fulfillment, Return
from devstore.visit_model import Visit


@dataclass
class Address:
    """Where a parcel goes. Invented people only."""

    first_name: str
    last_name: str
    address1: str
    city: str
    zip: str
    country: str
    country_code: str
    province: str | None = None
    province_code: str | None = None
    phone: str | None = None


@dataclass
class TaxLine:
    """Tax of one line, contained in the price when the order's taxes are included."""

    title: str
    rate: Decimal
    price: Decimal


@dataclass
class Allocation:
    """The part of a discount application that fell on one line."""

    application_index: int
    amount: Decimal


@dataclass
class DiscountApplication:
    """One discount as applied. type: discount_code | automatic | manual. value is a percent or an amount."""

    type: str
    title: str
    value: Decimal
    value_type: str
    allocation_method: str = "across"
    target_selection: str = "all"
    target_type: str = "line_item"


@dataclass
class OrderLine:
    """A line as ordered; `removed` counts units taken away by edits, `refunded` those by refunds."""

    id: int
    product_id: int
    variant_id: int
    title: str
    variant_title: str
    sku: str
    vendor: str
    price: Decimal
    quantity: int
    grams: int
    gift_card: bool
    taxable: bool
    requires_shipping: bool
    properties: dict[str, str] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    removed: int = 0
    refunded: int = 0
    selling_plan_id: int | None = None

    @property
    def current_quantity(self) -> int:
        """Units the shopper still keeps."""
        return self.quantity - self.removed - self.refunded

    @property
    def gross(self) -> Decimal:
        """Price of all units ordered, before discounts."""
        return self.price * self.quantity

    @property
    def discounted(self) -> Decimal:
        """The line after every allocation, all units ordered."""
        return self.gross - sum((a.amount for a in self.allocations), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Tax of the discounted line, all units ordered."""
        return sum((t.price for t in self.tax_lines), Decimal(0))


@dataclass
class ShippingLine:
    """What the parcel cost; `refunded` is what went back of the discounted price."""

    id: int
    title: str
    price: Decimal
    discounted_price: Decimal
    allocations: list[Allocation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    refunded: Decimal = Decimal(0)


@dataclass
class Transaction:
    """Money moving, or meant to. `amount` is in `currency` (the presentment currency); shop_amount in the shop's.

    kind: sale | authorization | capture | refund | void. status: success | pending | failure.
    """

    id: int
    kind: str
    status: str
    gateway: str
    amount: Decimal
    currency: str
    shop_amount: Decimal
    created_at: datetime
    processed_at: datetime
    parent_id: int | None = None
    test: bool = False


@dataclass
class RefundLine:
    """Units that came back. restock_type: no_restock | cancel | return | legacy_restock."""

    id: int
    line_id: int
    quantity: int
    restock_type: str
    subtotal: Decimal
    total_tax: Decimal


@dataclass
class RefundShipping:
    """Shipping that went back (T3: listed a second time as an adjustment)."""

    id: int
    shipping_line_id: int
    subtotal: Decimal


@dataclass
class Adjustment:
    """kind: shipping_refund | refund_discrepancy."""

    id: int
    kind: str
    reason: str
    amount: Decimal


@dataclass
class Refund:
    """One refund; the lines say what came back, the transactions what was paid."""

    id: int
    created_at: datetime
    note: str | None
    restock: bool
    lines: list[RefundLine] = field(default_factory=list)
    shipping: list[RefundShipping] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)


@dataclass
class Order:
    """An order. `updated_at` rises by at least a second with every change, so versions can be told apart."""

    id: int
    number: int
    created_at: datetime
    updated_at: datetime
    currency: str
    presentment_currency: str
    presentment_rate: Decimal
    taxes_included: bool
    source_name: str
    token: str
    lines: list[OrderLine]
    visit: Visit
    confirmation_number: str
    customer_id: int | None = None
    email: str | None = None
    phone: str | None = None
    address: Address | None = None
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    discount_applications: list[DiscountApplication] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    note: str | None = None
    note_attributes: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    tip: Decimal = Decimal(0)
    test: bool = False
    confirmed: bool = True
    edited: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    expired: bool = False
    app_id: int | None = None
    location_id: int | None = None
    fulfillments: list[Fulfillment] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    @property
    def gid(self) -> str:
        """The id as GraphQL writes it."""
        return f"gid://shopify/Order/{self.id}"

    @property
    def name(self) -> str:
        """What the merchant calls it: #1001."""
        return f"#{self.number + 1000}"

    def line(self, line_id: int) -> OrderLine:
        """The line with this id; KeyError when the order has none such."""
        return {line.id: line for line in self.lines}[line_id]


@dataclass
class LineRequest:
    """A line to order. A price overrules the variant's (draft orders)."""

    variant_id: int
    quantity: int = 1
    price: Decimal | None = None
    properties: dict[str, str] = field(default_factory=dict)
    selling_plan_id: int | None = None


@dataclass
class DiscountRequest:
    """A discount given with the order instead of looked up: type discount_code | automatic | manual.

    variant_ids None: all lines (target_selection "all"); otherwise "entitled" (manual: "explicit").
    """

    type: str
    title: str
    value: Decimal
    value_type: str = "percentage"
    variant_ids: frozenset[int] | None = None


@dataclass
class OrderRequest:
    """Everything a verb needs to place an order. payment: paid | pending | authorized | partially_paid."""

    lines: list[LineRequest]
    codes: list[str] = field(default_factory=list)
    discounts: list[DiscountRequest] = field(default_factory=list)
    customer_id: int | None = None
    email: str | None = None
    at: datetime | None = None
    payment: str = "paid"
    paid_amount: Decimal | None = None
    gateway: str = "bogus"
    source_name: str = "web"
    visit: Visit = field(default_factory=Visit)
    note: str | None = None
    note_attributes: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    presentment_currency: str | None = None
    shipping: Decimal | None = None
    tip: Decimal = Decimal(0)
    test: bool = False
    app_id: int | None = None
