"""What an attribution model is given, what it is, and the rounding that all of them share. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import msgspec

from app.attribution.model import Kind
from app.kernel.money import share_out

PLACES = 6
"""Decimals of a weight, as the books keep it."""


class Touchpoint(msgspec.Struct, frozen=True):
    """One eligible piece of evidence, as models see it."""

    kind: Kind
    creator_id: int
    at: datetime
    """When it happened; a code's time is the order's own."""
    source_rank: int = 0
    """Place of its kind in the merchant's order of sources; 0 is the strongest."""
    discount_minor: int = 0
    """What a code took off; minor units of the order's currency."""


Weights = Callable[[Sequence[Touchpoint], datetime], list[Decimal]]


def exactly(_touchpoints: Sequence[Touchpoint], _order_at: datetime) -> Decimal:
    """The error of a model that never estimates."""
    return Decimal(0)


@dataclass(frozen=True, slots=True)
class Model:
    """One way of dividing an order between everybody who had a part in it. One file in attribution/models each."""

    label: str
    says: str
    """How it divides, in one sentence for a merchant."""
    weights: Weights
    """One weight for each touchpoint, in their sequence: six decimals that sum to exactly 1, or all 0 when no
    touchpoint stands at or before the order. What comes after the order changes nothing."""
    error: Callable[[Sequence[Touchpoint], datetime], Decimal] = exactly
    """By how much any weight may be off, at 95 %; 0 for a model that never estimates."""


def seen(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[int]:
    """Which of them stand at or before the order, oldest first; a tie keeps their sequence."""
    before = [i for i, touch in enumerate(touchpoints) if touch.at <= order_at]
    return sorted(before, key=lambda i: touchpoints[i].at)


def spread(parts: dict[int, int] | dict[int, Decimal] | dict[int, Fraction], count: int) -> list[Decimal]:
    """Weights of `count` touchpoints from the parts of some: largest remainder, so that they sum to exactly 1."""
    positions = sorted(parts)
    units = share_out(10**PLACES, [Fraction(parts[i]) for i in positions])
    weights = [Decimal(0)] * count
    for position, unit in zip(positions, units, strict=True):
        weights[position] = Decimal(unit).scaleb(-PLACES)
    return weights


def all_to(position: int | None, count: int) -> list[Decimal]:
    """Everything to one touchpoint, or nothing to anybody."""
    return [Decimal(i == position) for i in range(count)]
