"""What earns without an order, as values: a click, a lead, and what was paid for one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.kernel.currency import minor_units
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind


class Happening(msgspec.Struct, frozen=True, order=True):
    """One billable click or one lead, counted once by whoever keeps them."""

    at: datetime
    key: str
    """Its natural key: ties of one instant are told apart by it."""
    day: date
    """Of the shop's zone."""
    rejected: bool = False
    """Taken back: it earns nothing, and frees no room either."""


class Priced(msgspec.Struct, frozen=True):
    """What one happening earned."""

    key: str
    at: datetime
    minor: int
    placed_minor: int
    """As it was earned first: what caps count."""
    reason: str | None = None
    """Why it earned nothing, or less."""


def price_each(
    happenings: Iterable[Happening], amount_minor: int, *, most_a_day: int | None, budget_minor: int | None
) -> Sequence[Priced]:
    """Each happening in the order of (at, key): first come, first paid, up to so many a day and to the budget."""
    by_day: dict[date, int] = {}
    spent = 0
    priced: list[Priced] = []
    for one in sorted(happenings):
        counted = by_day.get(one.day, 0)
        by_day[one.day] = counted + 1
        room = amount_minor if budget_minor is None else max(0, min(amount_minor, budget_minor - spent))
        placed, reason = room, None if room == amount_minor else "The budget is used up."
        if most_a_day is not None and counted >= most_a_day:
            placed, reason = 0, f"Only {most_a_day} a day are paid."
        spent += placed
        if one.rejected:
            reason = "It was rejected."
        priced.append(Priced(one.key, one.at, 0 if one.rejected else placed, placed, reason))
    return priced


class PerEach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount for each of something, up to so many a day and to a budget, for each creator."""

    ROLE: ClassVar[Role] = Role.AWARD
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("amount", "Amount", FieldKind.MONEY, least="0.01"),
        Field(
            "most_a_day", "Most a day", FieldKind.COUNT, help="For each creator.", least="1", optional=True
        ),
        Field("budget", "Budget", FieldKind.MONEY, help="For each creator, in all.", optional=True),
    )

    amount: str
    currency: str
    most_a_day: int | None = None
    budget: str | None = None

    def __post_init__(self) -> None:
        minor = checks.above_nothing("amount", self.amount, self.currency)
        if self.most_a_day is not None:
            checks.count("most_a_day", self.most_a_day)
        if self.budget is not None and checks.above_nothing("budget", self.budget, self.currency) < minor:
            raise Invalid(f"budget is {self.budget}, less than a single one at {self.amount}.")

    def price(self, happenings: Iterable[Happening]) -> Sequence[Priced]:
        """What each of one creator's happenings earns, in the order in which they happened."""
        budget = minor_units(self.budget, self.currency) if self.budget is not None else None
        amount = minor_units(self.amount, self.currency)
        return price_each(happenings, amount, most_a_day=self.most_a_day, budget_minor=budget)
