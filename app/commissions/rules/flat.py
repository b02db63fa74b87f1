"""A fixed amount for an order."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.commissions.sale import Sale
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind
from app.kernel.money import half_even, share_out


class Flat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One amount an order, split between those who are credited.

    It is spread over the lines that it wins by their base as placed, and each part falls with the
    units that came back, so that a full refund ends at exactly 0.
    """

    ROLE: ClassVar[Role] = Role.LINES
    TAKES_SHIPPING: ClassVar[bool] = False
    LABEL: ClassVar[str] = "Fixed amount an order"
    SAYS: ClassVar[str] = "{amount} an order"
    HELP: ClassVar[str] = "The same amount for every order, whatever it is worth."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("amount", "Amount", FieldKind.MONEY, least="0.01"),)

    amount: str
    """In major units: "5.00"."""
    currency: str

    def __post_init__(self) -> None:
        if checks.minor(self.amount, self.currency) <= 0:
            raise Invalid(f"amount is {self.amount} {self.currency}; a flat commission is more than 0.")

    def rate(self, sale: Sale) -> str:  # noqa: ARG002 - the same for every sale
        """The amount with its currency."""
        return checks.money(self._minor(), self.currency)

    def earn(self, sale: Sale) -> Sequence[int]:
        """This creator's part of the amount, line by line."""
        checks.same_currency(self.currency, sale.currency)
        mine = share_out(self._minor(), sale.weights)[sale.rank]
        parts = share_out(mine, [max(line.placed_minor, 0) for line in sale.lines])
        return [
            half_even(p * line.remaining, line.ordered) for p, line in zip(parts, sale.lines, strict=True)
        ]

    def most(self) -> Decimal:
        """No fraction of the base."""
        return Decimal(0)

    def reached(self, sale: Sale) -> str | None:  # noqa: ARG002 - counts nothing
        """None."""
        return None

    def _minor(self) -> int:
        return checks.minor(self.amount, self.currency)


PLUGIN = Flat
