"""A fixed amount for each unit sold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.commissions.sale import Sale
from app.kernel.fields import Field, FieldKind
from app.kernel.money import share_out


class PerItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount times the units that still stand, split between those who are credited."""

    ROLE: ClassVar[Role] = Role.LINES
    TAKES_SHIPPING: ClassVar[bool] = False
    LABEL: ClassVar[str] = "Fixed amount an item"
    SAYS: ClassVar[str] = "{amount} an item"
    HELP: ClassVar[str] = "The same amount for each unit that was sold and not returned."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("amount", "Amount", FieldKind.MONEY, least="0.01"),)

    amount: str
    """In major units: "2.50"."""
    currency: str

    def __post_init__(self) -> None:
        checks.above_nothing("amount", self.amount, self.currency)

    def rate(self, sale: Sale) -> str:  # noqa: ARG002 - the same for every sale
        """The amount with its currency."""
        return checks.money(self._minor(), self.currency)

    def earn(self, sale: Sale) -> Sequence[int]:
        """This creator's part of amount x units, line by line."""
        checks.same_currency(self.currency, sale.currency)
        return [share_out(self._minor() * line.remaining, sale.weights)[sale.rank] for line in sale.lines]

    def most(self) -> Decimal:
        """No fraction of the base."""
        return Decimal(0)

    def reached(self, sale: Sale) -> str | None:  # noqa: ARG002 - counts nothing
        """None."""
        return None

    def _minor(self) -> int:
        return checks.minor(self.amount, self.currency)


PLUGIN = PerItem
