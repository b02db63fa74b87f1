"""What we know of an order, in exact minor units. Pure values between rooms and in the database.

They are msgspec structs rather than dataclasses: the same frozen values, validated while they are
read, and made ten times faster on the path that every order takes.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

import msgspec


class FinancialStatus(StrEnum):
    """Shopify's financial status of an order, in the spelling of its webhooks."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"

    @property
    def is_paid(self) -> bool:
        """Whether the whole sum had been paid at some time."""
        return self in {self.PAID, self.PARTIALLY_REFUNDED, self.REFUNDED}

    @property
    def rank(self) -> int:
        """Later in an order's life sorts higher: breaks ties between versions of one second."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(FinancialStatus)}


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One line as ordered. Amounts: shop currency, minor units."""

    id: int
    title: str
    product_id: int | None
    variant_id: int | None
    ordered: int
    """Units as ordered."""
    current: int
    """Units left after edits and refunds, by Shopify's own count."""
    price_minor: int
    """Of one unit, before discounts; with tax where taxes are included."""
    discount_minor: int
    """Everything allocated to this line, whatever it came from."""
    tax_minor: int
    gift_card: bool
    vendor: str = ""


class DiscountUse(msgspec.Struct, frozen=True, array_like=True):
    """One discount application of the order."""

    kind: str
    """discount_code, manual, automatic, script: only a discount_code is evidence."""
    value: str
    """The code, or the title of what is no code."""
    allocated_minor: int
    """What it took off lines and shipping together."""


class RefundFacts(msgspec.Struct, frozen=True):
    """What came back with one refund. Its money fields are never added up (precision.md 2)."""

    id: int
    order_id: int
    refunded_at: datetime
    lines: tuple[tuple[int, int], ...]
    """(line id, units), sorted."""
    needs_reread: bool
    """A pending transaction or a discrepancy: money is asked about again by GraphQL."""
    shipping_minor: int | None = None
    """Of the price of shipping that went back; None: this body does not tell, another may."""

    def digest(self) -> bytes:
        """Of the canonical facts; the greater of two digests wins."""
        return sha256(msgspec.json.encode(msgspec.structs.replace(self, shipping_minor=None))).digest()


class DisputeState(StrEnum):
    """What a dispute means for a commission, whatever the bank calls it."""

    OPEN = "open"
    LOST = "lost"
    OVER = "over"
    """Won, or settled by a refund that speaks for itself."""


_DISPUTES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "accepted": DisputeState.LOST,
    "lost": DisputeState.LOST,
    "won": DisputeState.OVER,
    "prevented": DisputeState.OVER,
    "charge_refunded": DisputeState.OVER,
}


class DisputeFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A shopper's claim at the bank, as one body tells it."""

    id: int
    order_id: int
    kind: str
    """inquiry, or chargeback."""
    status: str
    """Shopify's DisputeStatus in lower case."""
    changed_at: datetime
    """When Shopify told it: the body has no time of its own."""
    amount_minor: int | None = None
    """In `currency`; None: this body does not tell."""
    currency: str | None = None

    @property
    def state(self) -> DisputeState:
        """A status that nobody knows yet holds the commission like an open one."""
        return _DISPUTES.get(self.status, DisputeState.OPEN)

    def packed(self) -> bytes:
        """Sorts what was told of one dispute: later, a chargeback after its inquiry, decided after undecided."""
        known = list(_DISPUTES)
        rank = known.index(self.status) if self.status in known else 0
        ranks = bytes([self.kind == "chargeback", rank])
        return b"".join((_micros(self.changed_at).to_bytes(8, "big"), ranks, self.digest()))

    def digest(self) -> bytes:
        """Of the canonical facts."""
        return sha256(msgspec.json.encode(self)).digest()


class OrderFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of an order."""

    id: int
    name: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    taxes_included: bool
    test: bool
    cancelled_at: datetime | None
    financial_status: FinancialStatus
    lines: tuple[Line, ...]
    discounts: tuple[DiscountUse, ...]
    """In the order's own sequence."""
    source_name: str = ""
    """web, pos, shopify_draft_order, or the id of an app."""
    customer_is_new: bool | None = None
    renewal: bool = False
    """A subscription was billed again; its first order is none."""
    shipping_minor: int = 0
    """What shipping costs after discounts; with tax where taxes are included."""
    shipping_tax_minor: int = 0
    total_minor: int | None = None
    """Of the whole order as it stands after edits and refunds; None: this body does not tell."""
    shown_currency: str | None = None
    """What the shopper paid in, where that is another currency: a dispute is in it."""
    shown_total_minor: int | None = None
    """total_minor in that currency."""


class Traces(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an order shares with others, as keyed pseudonyms: it can be compared and tells nothing else."""

    ip: bytes | None = None
    address: bytes | None = None
    phone: bytes | None = None
    email_domain: bytes | None = None


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an order came from. Only webhooks tell all of it, so it is kept apart from the order's versions."""

    country: str | None = None
    """ISO 3166 of the shipping address."""
    tags: tuple[str, ...] = ()
    """Of the order, as the shop wrote them."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Cart attributes of ours: name and value."""
    landing_site: str | None = None
    referring_site: str | None = None
    checkout: str | None = None
    """Token of the checkout, which the web pixel sees, too."""
    traces: Traces = Traces()


class PageVisit(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One visit of the shopper in the store, as Shopify saw it."""

    at: datetime
    landing_site: str
    """The page on which it began."""


_AT = 8
"""Bytes of an instant in front of a version."""


class Journey(msgspec.Struct, frozen=True):
    """What Shopify knows of the visits before an order: those whose first page names a link, oldest first."""

    order_id: int
    told_at: datetime
    """When Shopify told it: later words replace earlier ones."""
    visits: tuple[PageVisit, ...]

    def packed(self) -> bytes:
        """Sorts what was told of one order: the later, and of one instant the greater digest."""
        return repacked(_micros(self.told_at).to_bytes(_AT, "big"), self.visits)


def repacked(packed: bytes, visits: tuple[PageVisit, ...]) -> bytes:
    """What `Journey.packed` is of these visits, told when the other was."""
    return packed[:_AT] + sha256(msgspec.json.encode(visits)).digest()


class Said(msgspec.Struct, frozen=True):
    """Where an order came from, in the clear: lives only between the reader and the pseudonyms."""

    origin: Origin
    """Without its traces, unless the body was redacted and carries them as pseudonyms."""
    ip: str | None = None
    address: str | None = None
    """One line: street, postcode and country, as typed."""
    phone: str | None = None


class OrderEvent(msgspec.Struct, frozen=True):
    """What one delivery said: a version of an order, and the refunds that it carried."""

    order: OrderFacts
    refunds: tuple[RefundFacts, ...]
    customer_id: str | None
    """Shopify's customer id as text; only ever used to make the pseudonym."""
    email: str | None
    """The shopper's e-mail, when the app may see it; only ever used to make the pseudonym."""
    customer_key: bytes | None = None
    """The pseudonym itself, where the body has been redacted."""
    email_key: bytes | None = None
    paid_at: datetime | None = None
    """When the payment was completed, where the answer says so; a webhook's body does not."""
    received_minor: int | None = None
    """All that was captured, before refunds; only GraphQL tells. It only ever grows."""
    fulfilled_at: datetime | None = None
    """When the last unit was sent."""
    disputes: tuple[DisputeFacts, ...] = ()
    said: Said | None = None
    """What the body says in the clear of where the order came from; made into an Origin with the shop's key."""


class Version(msgspec.Struct, frozen=True, order=True):
    """Sorts versions of one order: the maximum is the truth, whatever arrives first.

    Shopify's updated_at has a resolution of one second, so ties happen and are broken by what we
    asked for ourselves, by when Shopify sent it, by how far the order's life had gone, and last by
    the body's digest, which makes the choice the same for every order of deliveries.
    """

    updated_at: datetime
    source: Literal[0, 1]
    """1 for a re-read by GraphQL."""
    triggered_at: datetime
    cancelled: bool
    financial_rank: int
    digest: bytes

    def packed(self) -> bytes:
        """The same order as bytes, so that the database can compare two versions in one column."""
        return b"".join(
            (
                stamp(self.updated_at),
                bytes([self.source]),
                _micros(self.triggered_at).to_bytes(8, "big"),
                bytes([self.cancelled, self.financial_rank]),
                self.digest,
            )
        )


def stamp(updated_at: datetime) -> bytes:
    """How every packed version of that instant begins: what a version is compared by first."""
    return _micros(updated_at).to_bytes(8, "big")


def _micros(at: datetime) -> int:
    seconds = int(at.timestamp()) if at.microsecond == 0 else int(at.replace(microsecond=0).timestamp())
    return seconds * 1_000_000 + at.microsecond
