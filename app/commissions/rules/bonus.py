"""An amount for reaching something."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.model import AwardDue
from app.commissions.plugin import Role
from app.commissions.sale import Count, Sale
from app.creators.model import Span
from app.kernel.errors import Invalid
from app.kernel.fields import Choice, Field, FieldKind

COUNTED = ("target", "every")


class Bonus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paid with the order that reaches it, and taken back only when that order ends at 0.

    A sign-up bonus belongs to no order: it is paid once, when the creator joins the program.
    """

    ROLE: ClassVar[Role] = Role.EXTRA
    LABEL: ClassVar[str] = "Bonus"
    SAYS: ClassVar[str] = "a bonus of {amount} for {on}[: {target} {by} over {over}]"
    HELP: ClassVar[str] = "An extra amount for a first sale, for reaching a target, or for joining."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "on",
            "Paid for",
            FieldKind.CHOICE,
            choices=(
                Choice("first_sale", "The creator's first sale"),
                Choice("target", "Reaching a target"),
                Choice("every", "Each time a target is reached again"),
                Choice("sign_up", "Joining the program"),
            ),
        ),
        Field("amount", "Amount", FieldKind.MONEY, least="0.01"),
        Field(
            "by",
            "What is counted",
            FieldKind.CHOICE,
            choices=(Choice("orders", "Orders"), Choice("net_sales", "Net sales")),
            optional=True,
            default="orders",
            only_if=("on", COUNTED),
        ),
        Field(
            "over",
            "Counted over",
            FieldKind.CHOICE,
            choices=(Choice("month", "The calendar month"), Choice("lifetime", "The creator's whole time")),
            optional=True,
            default="lifetime",
            only_if=("on", COUNTED),
        ),
        Field(
            "target",
            "Target",
            FieldKind.TEXT,
            help="A number of orders, or an amount of net sales.",
            optional=True,
            only_if=("on", COUNTED),
            money_if=("by", ("net_sales",)),
        ),
    )

    on: Literal["first_sale", "target", "every", "sign_up"]
    amount: str
    currency: str
    by: Literal["orders", "net_sales"] | None = None
    over: Literal["month", "lifetime"] | None = None
    target: str | None = None

    def __post_init__(self) -> None:
        checks.above_nothing("amount", self.amount, self.currency)
        if self.on in COUNTED:
            if self.target is None:
                raise Invalid(f"target is missing; a bonus on {self.on!r} needs one.")
            if self._target() <= 0:
                raise Invalid(f"target is {self.target}; it must be more than 0.")
        else:
            for name in ("by", "over", "target"):
                if getattr(self, name) is not None:
                    raise Invalid(f"{name} is {getattr(self, name)!r}; a bonus on {self.on!r} has none.")

    def adds(self, sale: Sale) -> tuple[int, str] | None:
        """The amount and why, when this order reaches it."""
        checks.same_currency(self.currency, sale.currency)
        if self.on == "first_sale":
            first = sale.about.before.ever.orders == 0
            return (self.minor(), "This was the creator's first sale in the program.") if first else None
        if self.on == "sign_up":
            return None
        target, before = self._target(), self._before(sale)
        after = before + (1 if self.by != "net_sales" else max(sale.placed_minor, 0))
        times = after // target - before // target if self.on == "every" else int(before < target <= after)
        if not times:
            return None
        return (
            self.minor() * times,
            f"This order took the creator from {self._words(before)} to {self._words(after)}.",
        )

    def rate(self, sale: Sale) -> str:  # noqa: ARG002 - the same for every sale
        """The amount with its currency."""
        return checks.money(self.minor(), self.currency)

    def due(self, enrolled_from: datetime, active: tuple[Span, ...], until: datetime) -> Sequence[AwardDue]:  # noqa: ARG002 - joined is joined
        """The sign-up bonus, once; a bonus of another sort comes with an order."""
        if self.on != "sign_up" or enrolled_from > until:
            return ()
        return (
            AwardDue(
                "once", enrolled_from, self.minor(), self.currency, "The bonus for joining the program."
            ),
        )

    def minor(self) -> int:
        """The amount in minor units."""
        return checks.minor(self.amount, self.currency)

    def _target(self) -> int:
        if self.by == "net_sales":
            return checks.minor(self.target or "", self.currency)
        return checks.orders("target is", self.target or "")

    def _before(self, sale: Sale) -> int:
        count: Count = sale.about.before.month if self.over == "month" else sale.about.before.ever
        return count.net_minor if self.by == "net_sales" else count.orders

    def _words(self, counted: int) -> str:
        return checks.money(counted, self.currency) if self.by == "net_sales" else f"{counted} orders"


PLUGIN = Bonus
