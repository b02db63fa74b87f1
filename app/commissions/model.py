"""What comes of pricing an order, and what people said of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from app.creators.model import Span


class LineEarning(msgspec.Struct, frozen=True, omit_defaults=True):
    """The arithmetic of one line, as it is kept and shown. All of an earning's lines add up to it."""

    line: int
    """Shopify's number; 0 for what is no line: shipping, a bonus, a second level, the cut of a cap."""
    title: str
    placed_minor: int
    base_minor: int
    ordered: int
    remaining: int
    rule: str
    rate: str
    commission_minor: int
    why: tuple[str, ...] = ()
    """The conditions that made the rule win."""
    note: str | None = None
    """What a counter stood at before the order, or why something was cut."""
    cut_minor: int = 0
    """What a cap took off the commission as placed."""


class Earning(msgspec.Struct, frozen=True):
    """What one creator should earn for one order: a pure function of order, credits and offer."""

    creator_id: int
    enrollment_id: int
    program_id: int
    offer_id: int
    version: int
    weight: Decimal
    """0 for who is paid only for having recruited a creator."""
    gmv_minor: int
    gross_minor: int
    """Net sales as placed."""
    net_minor: int
    """Net sales that still stand."""
    commission_minor: int
    """On what still stands, whether it is paid for or not."""
    earned_minor: int
    """What of it should stand in the books: nothing before payment, and nothing when it was denied."""
    paid_at: datetime | None
    matures_at: datetime | None
    flags: tuple[str, ...]
    """Why a human looks before anything matures; those that a human has cleared are left out."""
    denied: bool
    lines: tuple[LineEarning, ...]
    placed_commission_minor: int = 0
    """The commission as placed, after caps: what counters count."""

    @property
    def flagged(self) -> bool:
        """Whether something stops it from maturing."""
        return bool(self.flags)


class Ruling(StrEnum):
    """What a human said about one creator's part in one order."""

    APPROVED = "approved"
    DENIED = "denied"
    HELD = "held"
    UNDONE = "undone"
    """What was said is taken back: flags and time decide. Kept because that too happened at some time."""


class Verdict(msgspec.Struct, frozen=True):
    """A human's word about one credit. It stands until it is undone."""

    ruling: Ruling
    cleared: tuple[str, ...]
    """The flags that were looked at; one that comes later holds the commission again."""
    reason: str
    actor: str
    decided_at: datetime


HELD_BY_HAND = "held"
"""The flag of a verdict that holds."""

DISPUTED = "disputed"
"""The flag of an order whose shopper asks the bank for the money back; gone when the bank has decided."""


class Standing(msgspec.Struct, frozen=True):
    """How an order stands beyond its lines: what decides when, and how much of, a commission is owed."""

    paid_at: datetime | None
    """When the payment was completed; None until then."""
    captured: tuple[int, int] | None = None
    """Of an order paid in part: (captured, due) in minor units."""
    lost: tuple[int, int] | None = None
    """(lost, whole) of what still stands, by disputes that the shopper won; None: nothing is lost."""
    flags: tuple[str, ...] = ()
    """Of the whole order."""
    creator_flags: Mapping[int, tuple[str, ...]] = {}
    """Of one creator's part, by creator id."""
    verdicts: Mapping[int, Verdict] = {}
    """By creator id."""
    fulfilled_at: datetime | None = None
    """When everything had been sent; None until then, and where nobody asked."""


class Position(msgspec.Struct, frozen=True):
    """What is owed for one order to one creator, by account. Minor units; may be negative."""

    pending: int = 0
    payable: int = 0


class AwardDue(msgspec.Struct, frozen=True):
    """Something that an agreement owes without an order, as a rule with `due` says it."""

    key_suffix: str
    """Names it within the rule: `2026-03` for a month, `once`. The same suffix is the same award."""
    earned_at: datetime
    """Of several versions of an offer, the one in force at this instant pays it."""
    amount_minor: int
    currency: str
    reason: str
    """A sentence for the creator's statement."""


@runtime_checkable
class StandingRule(Protocol):
    """A rule that owes without an order: fixed fees, a sign-up bonus."""

    def due(self, enrolled_from: datetime, active: tuple[Span, ...], until: datetime) -> Sequence[AwardDue]:
        """Everything that was earned from then until `until`, while the enrollment could earn. Pure."""
