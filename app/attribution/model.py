"""Candidates of an order, and the credits that come of them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What sort of evidence a candidate is."""

    CODE = "code"
    CLICK = "click"
    BINDING = "binding"
    SURVEY = "survey"
    MANUAL = "manual"


class Reason(StrEnum):
    """Why a candidate won or lost, or why an order is credited to nobody."""

    WON = "won"
    UNOWNED_CODE = "unowned_code"
    MANUAL_DISCOUNT = "manual_discount"
    SMALLER_DISCOUNT = "smaller_discount"
    SAME_CREATOR = "same_creator"
    PAUSED = "paused"
    CODE_NOT_VALID = "code_not_valid"
    SELF_REFERRAL = "self_referral"
    TEST_ORDER = "test_order"
    BEFORE_INSTALL = "before_install"
    NO_OFFER = "no_offer"
    NO_EVIDENCE = "no_evidence"


class Flag(StrEnum):
    """Why a human looks before anything matures."""

    TWO_CREATORS = "two_creators"


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of evidence, and what became of it."""

    kind: Kind
    value: str
    creator: str | None
    """Handle; None when the evidence belongs to nobody."""
    won: bool
    reason_code: Reason
    reason: str
    """One sentence for a person."""
    enrollment_id: int | None = None
    creator_id: int | None = None
    program_id: int | None = None
    seen_at: datetime | None = None
    """When the evidence was given: for a code, the order's own time."""
    weight: Decimal = Decimal(0)
    discount_minor: int | None = None


class Decision(msgspec.Struct, frozen=True):
    """Who is credited, and every candidate in rank order."""

    model: str
    candidates: tuple[Candidate, ...]
    reason_code: Reason | None
    """Why nobody is credited; None when somebody is."""
    flags: tuple[Flag, ...]

    @property
    def winners(self) -> tuple[Candidate, ...]:
        """Candidates with a weight; weights add up to exactly 1, or there are none."""
        return tuple(c for c in self.candidates if c.weight > 0)


class Assignment(msgspec.Struct, frozen=True):
    """Who a human credited an order to, in place of the evidence; nobody at all when `shares` is empty."""

    shares: tuple[tuple[int, Decimal], ...]
    """(enrollment id, weight); weights sum to exactly 1."""
    actor: str
    reason: str
    decided_at: datetime
