"""Discounts of a pretend shop, the codes that unlock them, and codes being added."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class DiscountKind(StrEnum):
    """What a discount takes off."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"
    FREE_SHIPPING = "free_shipping"
    BUY_GET = "buy_get"


@dataclass
class RedeemCode:
    """One of the many codes that unlock a discount. Compared without case; shown as typed."""

    id: int
    code: str
    created_at: datetime
    uses: int = 0


@dataclass(frozen=True)
class Buys:
    """What has to be bought, and how many of the discounted things are got for it."""

    quantity: int
    gets: int
    variant_ids: frozenset[int]
    collection_ids: frozenset[int]
    per_order: int | None = None


@dataclass
class Discount:
    """One discount node. `value` is a percent (10 = 10 %) or an amount; variant_ids None means every line.

    `automatic` ones have no codes and apply by themselves at checkout.
    """

    id: int
    title: str
    kind: DiscountKind
    value: Decimal
    starts_at: datetime
    created_at: datetime
    updated_at: datetime
    ends_at: datetime | None = None
    codes: list[RedeemCode] = field(default_factory=list)
    automatic: bool = False
    variant_ids: frozenset[int] | None = None
    collection_ids: frozenset[int] = frozenset()
    """With some of these, variant_ids is empty: their products are what it is off."""
    buys: Buys | None = None
    """Of BUY_GET."""
    each_item: bool = False
    usage_limit: int | None = None
    once_per_customer: bool = False
    minimum_subtotal: Decimal | None = None
    minimum_quantity: int | None = None
    combines: frozenset[str] = frozenset()
    tags: list[str] = field(default_factory=list)

    @property
    def of_class(self) -> str:
        """order, product or shipping: what it is beside other discounts."""
        if self.kind is DiscountKind.FREE_SHIPPING:
            return "shipping"
        return "order" if self.variant_ids is None else "product"

    def status_at(self, now: datetime) -> str:
        """ACTIVE, SCHEDULED or EXPIRED, as Shopify derives it from the two dates."""
        if self.ends_at is not None and self.ends_at <= now:
            return "EXPIRED"
        return "SCHEDULED" if self.starts_at > now else "ACTIVE"


@dataclass
class CodeImport:
    """An asynchronous discountRedeemCodeBulkAdd: `done` after `polls_left` looks at it."""

    id: int
    discount_id: int
    codes: list[str]
    created_at: datetime
    polls_left: int
    done: bool = False
    added: dict[str, int] = field(default_factory=dict)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
