"""Percent of net sales."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from app.commissions.model import Sale
from app.kernel.errors import Invalid
from app.kernel.money import times


class Percent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fraction of what still stands of each line, rounded half-even once a line."""

    rate_: Decimal = msgspec.field(name="rate")
    """0.12 is twelve percent."""

    def __post_init__(self) -> None:
        if not self.rate_.is_finite() or not 0 <= self.rate_ <= 1:
            raise Invalid(f"rate is {self.rate_}; write a fraction between 0 and 1: 0.12 is twelve percent.")

    def rate(self) -> str:
        """The fraction, as it was typed."""
        return str(self.rate_)

    def earn(self, sale: Sale) -> Sequence[int]:
        """Each line's remaining base times the rate."""
        return [times(line.current_minor, self.rate_) for line in sale.lines]


PLUGIN = Percent
