"""The most that may be earned."""

from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.commissions.sale import Spent
from app.kernel.fields import Choice, Field, FieldKind

WORDS = {
    "order": "an order",
    "creator": "a creator",
    "day": "a creator and day",
    "month": "a creator and month",
    "program": "the program",
}


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cuts the sum of an order after rounding: first come, first paid, by when orders were placed.

    What was cut once stays cut: a refund or a denial frees no room.
    """

    ROLE: ClassVar[Role] = Role.CAP
    LABEL: ClassVar[str] = "Cap"
    SAYS: ClassVar[str] = "at most {amount} for {per}"
    HELP: ClassVar[str] = "The most that is paid; what is above it is cut and shown."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "per",
            "The most for",
            FieldKind.CHOICE,
            choices=(
                Choice("order", "An order"),
                Choice("creator", "A creator, in all"),
                Choice("day", "A creator in a day"),
                Choice("month", "A creator in a month"),
                Choice("program", "The whole program (budget)"),
            ),
        ),
        Field("amount", "Amount", FieldKind.MONEY, least="0.01"),
    )

    per: Literal["order", "creator", "day", "month", "program"]
    amount: str
    currency: str

    def __post_init__(self) -> None:
        checks.above_nothing("amount", self.amount, self.currency)

    def room(self, spent: Spent, order_minor: int) -> int:
        """What is left when so much was earned before, and so much already of this order; never below 0."""
        if self.per == "order":
            used = order_minor
        elif self.per == "program":
            used = spent.program + order_minor
        else:
            used = int(getattr(spent, self.per))  # Spent has a field for each of the others.
        return max(0, self.minor() - used)

    def minor(self) -> int:
        """The amount in minor units."""
        return checks.minor(self.amount, self.currency)

    def title(self) -> str:
        """As explain calls it: Cap of 100.00 EUR for a creator and month."""
        return f"Cap of {checks.money(self.minor(), self.currency)} for {WORDS[self.per]}"

    def most_words(self) -> str:
        """The amount with its currency."""
        return checks.money(self.minor(), self.currency)

    def why_cut(self, placed_minor: int, allowed_minor: int) -> str:
        """What it cut, in a sentence."""
        whole, left = checks.money(placed_minor, self.currency), checks.money(allowed_minor, self.currency)
        cut = checks.money(placed_minor - allowed_minor, self.currency)
        return f"The order earned {whole} as placed; {left} of the cap was left, so {cut} was cut."


PLUGIN = Cap
