"""Money in minor units and the only two roundings there are: half-even, and largest remainder."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from app.kernel.errors import Invalid


class CurrencyMismatch(Invalid):
    """Two amounts of different currencies met in one sum."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"An amount in {left} cannot be combined with an amount in {right}.")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount: `minor` units of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def half_even(numerator: int, denominator: int) -> int:
    """Numerator / denominator, rounded half to even. The one place where an amount is rounded."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient % 2 == 1):
        return quotient + 1
    return quotient


def times(minor: int, rate: Decimal) -> int:
    """An amount times a rate, rounded half to even to whole minor units."""
    numerator, denominator = rate.as_integer_ratio()
    return half_even(minor * numerator, denominator)


def share_out(total: int, weights: Sequence[int] | Sequence[Decimal] | Sequence[Fraction]) -> list[int]:
    """Split `total` in proportion to `weights` so that the parts add up to it exactly.

    Largest remainder; a tie goes to the earlier part. Weights are not negative. When all of
    them are 0 there is nothing to go by, and everything goes to the first part.
    """
    if len(weights) <= 1:
        return [total] * len(weights)
    ratios = [w.as_integer_ratio() for w in weights]
    common = lcm(*(denominator for _, denominator in ratios))
    exact = [numerator * (common // denominator) for numerator, denominator in ratios]
    whole = sum(exact)
    if whole == 0:
        return [total, *[0] * (len(exact) - 1)]
    raw = [
        divmod(total * w, whole) for w in exact
    ]  # Whole numbers only: fractions took most of a split's time.
    parts = [part for part, _ in raw]
    by_remainder = sorted(range(len(raw)), key=lambda i: (-raw[i][1], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
