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
    TEST_ORDER = "test_order"
    GIFT_ORDER = "gift_order"
    BEFORE_INSTALL = "before_install"
    SELF_REFERRAL = "self_referral"
    CODE_NOT_VALID = "code_not_valid"
    PAUSED = "paused"
    NO_OFFER = "no_offer"
    CHANNEL_EXCLUDED = "channel_excluded"
    """The offer credits no orders of this channel, or none without a code."""
    BOT_CLICK = "bot_click"
    NO_CONSENT = "no_consent"
    OUT_OF_WINDOW = "out_of_window"
    BINDING_OVER = "binding_over"
    NEEDS_CLICK = "needs_click"
    NEEDS_WINNING_CLICK = "needs_winning_click"
    SMALLER_DISCOUNT = "smaller_discount"
    SAME_CREATOR = "same_creator"
    WEAKER_SOURCE = "weaker_source"
    EARLIER_CLICK = "earlier_click"
    NOT_THIS_MODEL = "not_this_model"
    """The paying model gives everything to others."""
    OVERRULED = "overruled"
    """A human decided otherwise."""
    NOBODY_BY_HAND = "nobody_by_hand"
    """A human decided that nobody brought the order."""
    NO_EVIDENCE = "no_evidence"


LOST_TO_BETTER = frozenset({
    Reason.SMALLER_DISCOUNT, Reason.SAME_CREATOR, Reason.WEAKER_SOURCE, Reason.EARLIER_CLICK, Reason.NOT_THIS_MODEL,
    Reason.OVERRULED,
})  # fmt: skip
"""Reasons of evidence that passed every test, and lost all the same."""


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
    """Of this piece of evidence; a creator's part is the sum of theirs."""
    discount_minor: int | None = None
    failed: tuple[Reason, ...] = ()
    """Every test that it failed, most telling first; empty when it passed all."""
    window_days: int | None = None
    """How old it might have been; of clicks and bindings."""
    found_by: str | None = None
    """How a click was joined to the order (tracking's FoundBy); None of all other evidence."""
    handed_at: datetime | None = None
    """When a single-use code was handed out; None of all other evidence."""
    handed_to: int | None = None
    """The click that it was handed out to."""

    @property
    def is_eligible(self) -> bool:
        """Whether it passed every test, and could only lose to better evidence."""
        return not self.failed and self.creator_id is not None


class Decision(msgspec.Struct, frozen=True):
    """Who is credited, and every candidate in rank order."""

    model: str
    candidates: tuple[Candidate, ...]
    reason_code: Reason | None
    """Why nobody is credited; None when somebody is."""
    flags: tuple[Flag, ...]

    @property
    def is_told(self) -> bool:
        """Whether there is anything to keep: evidence, or a human's word."""
        return bool(self.candidates) or self.reason_code is Reason.NOBODY_BY_HAND

    @property
    def winners(self) -> tuple[Candidate, ...]:
        """One candidate for each creator with a part, with all of it; the parts add up to exactly 1, or there are none.

        A creator by code and by click is one: their strongest evidence stands for all of it.
        """
        credited = [candidate for candidate in self.candidates if candidate.weight]
        if len(credited) <= 1:
            return tuple(credited)
        parts: dict[int, list[Candidate]] = {}
        for candidate in credited:
            parts.setdefault(candidate.creator_id or 0, []).append(candidate)
        return tuple(
            first
            if not more
            else msgspec.structs.replace(first, weight=sum((c.weight for c in more), first.weight))
            for first, *more in parts.values()
        )


class Assignment(msgspec.Struct, frozen=True):
    """Who a human credited an order to, in place of the evidence; nobody at all when `shares` is empty."""

    shares: tuple[tuple[int, Decimal], ...]
    """(enrollment id, weight); weights sum to exactly 1."""
    actor: str
    reason: str
    decided_at: datetime
