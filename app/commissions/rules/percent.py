"""Percent of the base."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.commissions.sale import Before, Sale
from app.kernel.fields import Field, FieldKind
from app.kernel.money import times


class Percent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fraction of what still stands of each line, rounded half-even once a line."""

    ROLE: ClassVar[Role] = Role.LINES
    TAKES_SHIPPING: ClassVar[bool] = True
    LABEL: ClassVar[str] = "Percent of sales"
    SAYS: ClassVar[str] = "{rate} of sales"
    HELP: ClassVar[str] = "A percentage of what the customer paid for the products, without tax and shipping."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("rate", "Commission", FieldKind.PERCENT, least="0", most="1"),
    )

    rate_: Decimal = msgspec.field(name="rate")
    """0.12 is twelve percent."""

    def __post_init__(self) -> None:
        checks.fraction("rate", self.rate_)

    def rate(self, sale: Sale) -> str:  # noqa: ARG002 - the same for every sale
        """The fraction, as it was typed."""
        return str(self.rate_)

    def earn(self, sale: Sale) -> Sequence[int]:
        """Each line's remaining base times the rate."""
        return [times(line.current_minor, self.rate_) for line in sale.lines]

    def ladder(self) -> tuple[tuple[int, Decimal], ...]:
        """One step."""
        return ((0, self.rate_),)

    def climbed(self, value_minor: int, before: Before) -> int:  # noqa: ARG002 - the same for every sale
        """Nothing is climbed."""
        return 0

    def most(self) -> Decimal:
        """The rate."""
        return self.rate_

    def reached(self, sale: Sale) -> str | None:  # noqa: ARG002 - counts nothing
        """None."""
        return None


PLUGIN = Percent
