"""An amount for each click."""

from typing import ClassVar

from app.commissions import checks
from app.commissions.happening import PerEach
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind


class PerClick(PerEach, frozen=True, forbid_unknown_fields=True):
    """Paid for each billable click: one visitor and link counts once in 24 hours, and bots never."""

    LABEL: ClassVar[str] = "Pay per click"
    SAYS: ClassVar[str] = (
        "{amount} a click[, at most {most_a_day} a day][, at most {budget} for each in all]"
        "[; the program pays at most {program_a_day} a day][; the program pays at most {program_a_month} a month]"
    )
    HELP: ClassVar[str] = "An amount for each visit through a link; bots and repeats never count."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        *PerEach.FIELDS,
        Field(
            "program_a_day",
            "Program's budget a day",
            FieldKind.MONEY,
            help="For all creators together, first come, first paid.",
            optional=True,
        ),
        Field(
            "program_a_month",
            "Program's budget a month",
            FieldKind.MONEY,
            help="For all creators together, in a calendar month.",
            optional=True,
        ),
    )

    program_a_day: str | None = None
    program_a_month: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("program_a_day", "program_a_month"):
            said: str | None = getattr(self, name)
            if said is not None and checks.above_nothing(name, said, self.currency) < checks.above_nothing(
                "amount", self.amount, self.currency
            ):
                raise Invalid(f"{name} is {said}, less than a single one at {self.amount}.")


PLUGIN = PerClick
