"""A rate that depends on what the order is worth."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.checks import Step
from app.commissions.plugin import Role
from app.commissions.sale import Before, Sale
from app.kernel.fields import Field, FieldKind
from app.kernel.money import times


class Bracket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rate of the highest step that the order's value as placed reaches. Refunds do not move it."""

    ROLE: ClassVar[Role] = Role.LINES
    TAKES_SHIPPING: ClassVar[bool] = True
    LABEL: ClassVar[str] = "Percent by order value"
    SAYS: ClassVar[str] = "by order value: {steps}"
    HELP: ClassVar[str] = "A higher or lower percentage for larger orders."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "steps",
            "Brackets",
            FieldKind.STEPS,
            help="The first starts at 0; each next one higher.",
            columns=(
                Field("from", "Order value from", FieldKind.MONEY, least="0"),
                Field("rate", "Commission", FieldKind.PERCENT, least="0", most="1"),
            ),
        ),
    )

    steps: tuple[Step, ...]
    currency: str

    def __post_init__(self) -> None:
        checks.thresholds(self.steps, self.currency)

    def rate(self, sale: Sale) -> str:
        """The rate of the bracket that the order is in."""
        return str(self._step(sale)[1])

    def earn(self, sale: Sale) -> Sequence[int]:
        """Each line's remaining base times the rate of the bracket."""
        _, rate = self._step(sale)
        return [times(line.current_minor, rate) for line in sale.lines]

    def ladder(self) -> tuple[tuple[int, Decimal], ...]:
        """The brackets."""
        return checks.thresholds(self.steps, self.currency)

    def climbed(self, value_minor: int, before: Before) -> int:  # noqa: ARG002 - counts nothing
        """What the order is worth."""
        return value_minor

    def most(self) -> Decimal:
        """The rate of the best bracket."""
        return max(step.rate for step in self.steps)

    def reached(self, sale: Sale) -> str | None:
        """What the order was worth, and the bracket."""
        value = checks.money(sale.about.value_minor, self.currency)
        start = checks.money(self._step(sale)[0], self.currency)
        return f"The order was worth {value}: the bracket from {start}."

    def _step(self, sale: Sale) -> tuple[int, Decimal]:
        checks.same_currency(self.currency, sale.currency)
        return checks.reached(self.ladder(), self.climbed(sale.about.value_minor, sale.about.before))


PLUGIN = Bracket
