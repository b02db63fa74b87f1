"""A fixed amount for an order."""

from collections.abc import Sequence

import msgspec

from app.commissions.model import Sale
from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid
from app.kernel.money import half_even, share_out


class FlatCurrency(Invalid):
    """A fixed amount met an order of another currency."""

    def __init__(self, rule: str, order: str) -> None:
        super().__init__(
            f"This flat commission is in {rule} and the order in {order}; publish an offer in {order}."
        )


class Flat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One amount an order, split between those who are credited.

    It is spread over the lines by their base as placed, and each part falls with the units that
    came back, so that a full refund ends at exactly 0.
    """

    amount: str
    """In major units: "5.00"."""
    currency: str

    def __post_init__(self) -> None:
        if minor_units(self.amount, self.currency) <= 0:
            raise Invalid(f"amount is {self.amount} {self.currency}; a flat commission is more than 0.")

    def rate(self) -> str:
        """The amount with its currency."""
        return f"{major_units(self._minor(), self.currency)} {self.currency}"

    def earn(self, sale: Sale) -> Sequence[int]:
        """This creator's part of the amount, line by line."""
        if sale.currency != self.currency:
            raise FlatCurrency(self.currency, sale.currency)
        mine = share_out(self._minor(), sale.weights)[sale.rank]
        parts = share_out(mine, [max(line.placed_minor, 0) for line in sale.lines])
        return [
            half_even(p * line.remaining, line.ordered) for p, line in zip(parts, sale.lines, strict=True)
        ]

    def _minor(self) -> int:
        return minor_units(self.amount, self.currency)


PLUGIN = Flat
