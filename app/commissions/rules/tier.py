"""A rate that rises with what the creator has sold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.checks import Step
from app.commissions.plugin import Role
from app.commissions.sale import Before, Count, Sale
from app.kernel.fields import Choice, Field, FieldKind
from app.kernel.money import times


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rate of the highest step that the creator's sales **before** this order reach.

    So the order that crosses a threshold keeps the old rate, and the next one has the new. Counts
    orders of the program as placed: neither a refund nor a denial moves anybody down.
    """

    ROLE: ClassVar[Role] = Role.LINES
    TAKES_SHIPPING: ClassVar[bool] = True
    LABEL: ClassVar[str] = "Percent by tier"
    SAYS: ClassVar[str] = "by {by} over {over}: {steps}"
    HELP: ClassVar[str] = "A percentage that rises with the creator's sales, from the next order on."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "over",
            "Counted over",
            FieldKind.CHOICE,
            choices=(Choice("month", "The calendar month"), Choice("lifetime", "The creator's whole time")),
        ),
        Field(
            "by",
            "What is counted",
            FieldKind.CHOICE,
            choices=(Choice("orders", "Orders"), Choice("net_sales", "Net sales")),
        ),
        Field(
            "steps",
            "Tiers",
            FieldKind.STEPS,
            help="The first starts at 0; each next one higher.",
            columns=(
                Field(
                    "from",
                    "From",
                    FieldKind.TEXT,
                    help="A number of orders, or an amount of net sales.",
                    money_if=("by", ("net_sales",)),
                ),
                Field("rate", "Commission", FieldKind.PERCENT, least="0", most="1"),
            ),
        ),
    )

    over: Literal["month", "lifetime"]
    by: Literal["orders", "net_sales"]
    steps: tuple[Step, ...]
    currency: str

    def __post_init__(self) -> None:
        self.ladder()

    def rate(self, sale: Sale) -> str:
        """The rate of the tier that was reached before the order."""
        return str(self._step(sale)[1])

    def earn(self, sale: Sale) -> Sequence[int]:
        """Each line's remaining base times the rate of the tier."""
        _, rate = self._step(sale)
        return [times(line.current_minor, rate) for line in sale.lines]

    def most(self) -> Decimal:
        """The rate of the best tier."""
        return max(step.rate for step in self.steps)

    def reached(self, sale: Sale) -> str | None:
        """The counter before the order, and the tier."""
        when = "in this month" if self.over == "month" else "in all"
        start, _ = self._step(sale)
        return f"Before this order {when}: {self._words(self._counted(sale))}; the tier from {self._words(start)}."

    def ladder(self) -> tuple[tuple[int, Decimal], ...]:
        """The tiers."""
        return checks.thresholds(self.steps, self.currency if self.by == "net_sales" else None)

    def climbed(self, value_minor: int, before: Before) -> int:  # noqa: ARG002 - counts what came before
        """What the creator had sold before the order."""
        count: Count = before.month if self.over == "month" else before.ever
        return count.orders if self.by == "orders" else count.net_minor

    def _step(self, sale: Sale) -> tuple[int, Decimal]:
        if self.by == "net_sales":
            checks.same_currency(self.currency, sale.currency)
        return checks.reached(self.ladder(), self._counted(sale))

    def _counted(self, sale: Sale) -> int:
        return self.climbed(sale.about.value_minor, sale.about.before)

    def _words(self, counted: int) -> str:
        return f"{counted} orders" if self.by == "orders" else checks.money(counted, self.currency)


PLUGIN = Tier
