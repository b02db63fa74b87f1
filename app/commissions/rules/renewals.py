"""Whether renewals of a subscription earn."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.commissions.sale import Sale
from app.kernel.errors import Invalid
from app.kernel.fields import Choice, Field, FieldKind
from app.kernel.period import months_later


class Renewals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lets renewals earn always, never, for the customer's first N of them, or for N months.

    The months count from the first order of that customer that we know of. The order that starts a
    subscription is no renewal.
    """

    ROLE: ClassVar[Role] = Role.GATE
    LABEL: ClassVar[str] = "Subscription renewals"
    SAYS: ClassVar[str] = "renewals of subscriptions: {earn}[ ({count})]"
    HELP: ClassVar[str] = "Whether the orders that a subscription makes by itself earn."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "earn",
            "Renewals earn",
            FieldKind.CHOICE,
            choices=(
                Choice("always", "Always"),
                Choice("off", "Never"),
                Choice("first", "The first ones of a customer"),
                Choice("months", "For some months"),
            ),
        ),
        Field(
            "count",
            "How many",
            FieldKind.COUNT,
            least="1",
            most="1000",
            optional=True,
            only_if=("earn", ("first", "months")),
        ),
    )

    earn: Literal["always", "off", "first", "months"]
    count: int | None = None

    def __post_init__(self) -> None:
        if self.earn in {"first", "months"}:
            if self.count is None:
                raise Invalid(f"count is missing; renewals that earn {self.earn!r} need one.")
            checks.count("count", self.count)
        elif self.count is not None:
            raise Invalid(f"count is {self.count}; renewals that earn {self.earn!r} have none.")

    def refuses(self, sale: Sale) -> str | None:
        """Why this order earns nothing, in a sentence; None when it earns."""
        about = sale.about
        if not about.is_renewal or self.earn == "always":
            return None
        if self.earn == "off":
            return "Renewals of a subscription do not earn."
        count = self.count or 0
        if self.earn == "first":
            late = about.shopper.renewals >= count
            return f"Only the first {count} renewals of a customer earn." if late else None
        return (
            f"Renewals earn for {count} months."
            if self._is_late(about.placed_at, about.shopper.first_at)
            else None
        )

    def _is_late(self, placed_at: datetime | None, first_at: datetime | None) -> bool:
        if placed_at is None or first_at is None:
            return False
        return placed_at >= months_later(first_at, self.count or 0)


PLUGIN = Renewals
