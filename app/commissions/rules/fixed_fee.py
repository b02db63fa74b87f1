"""A fee that does not depend on sales."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.model import AwardDue
from app.commissions.plugin import Role
from app.creators.model import Span, could_earn
from app.kernel.currency import minor_units
from app.kernel.fields import Choice, Field, FieldKind
from app.kernel.period import months_later

MOST_FEES = 1200
"""A hundred years of months: nothing runs away."""


class FixedFee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Due when the creator joins, once or on the same day of every month.

    Beside rules for orders in one offer it makes a hybrid agreement; each part has its own postings.
    """

    ROLE: ClassVar[Role] = Role.AWARD
    LABEL: ClassVar[str] = "Fixed fee"
    SAYS: ClassVar[str] = "{amount} {every}"
    HELP: ClassVar[str] = "An amount the creator gets whatever is sold."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("amount", "Amount", FieldKind.MONEY, least="0.01"),
        Field(
            "every",
            "Paid",
            FieldKind.CHOICE,
            choices=(Choice("once", "Once, on joining"), Choice("month", "Every month")),
        ),
    )

    amount: str
    currency: str
    every: Literal["once", "month"]

    def __post_init__(self) -> None:
        checks.above_nothing("amount", self.amount, self.currency)

    def due(self, enrolled_from: datetime, active: tuple[Span, ...], until: datetime) -> Sequence[AwardDue]:
        """The fees by then: on joining, and on the same day of each month in which the creator could earn."""
        found: list[AwardDue] = []
        for number in range(1 if self.every == "once" else MOST_FEES):
            at = months_later(enrolled_from, number)
            if at > until:
                break
            if number == 0 or could_earn(active, at):
                found.append(self._due(number, at))
        return found

    def _due(self, number: int, at: datetime) -> AwardDue:
        once = self.every == "once"
        return AwardDue(
            key_suffix="once" if once else f"{at:%Y-%m}",
            earned_at=at,
            amount_minor=minor_units(self.amount, self.currency),
            currency=self.currency,
            reason="The fixed fee for joining." if once else f"The fixed fee of month {number + 1}.",
        )


PLUGIN = FixedFee
