"""A share for who recruited the creator."""

from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.plugin import Role
from app.kernel.fields import Choice, Field, FieldKind
from app.kernel.money import times


class SecondLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fraction of each line's base or of its commission, for the recruiter, on top of the creator's own."""

    ROLE: ClassVar[Role] = Role.SECOND
    LABEL: ClassVar[str] = "Second level"
    SAYS: ClassVar[str] = "{rate} of {of} for who recruited them"
    HELP: ClassVar[str] = "Pays the creator who recruited this one, on top."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("rate", "Recruiter's share", FieldKind.PERCENT, least="0", most="1"),
        Field(
            "of",
            "Share of",
            FieldKind.CHOICE,
            choices=(Choice("net_sales", "Net sales"), Choice("commission", "The creator's commission")),
        ),
    )

    rate_: Decimal = msgspec.field(name="rate")
    of: Literal["net_sales", "commission"]

    def __post_init__(self) -> None:
        checks.fraction("rate", self.rate_)

    def share(self, base_minor: int, commission_minor: int) -> int:
        """The recruiter's part of one line."""
        return times(base_minor if self.of == "net_sales" else commission_minor, self.rate_)

    def most(self, creator: Decimal) -> Decimal:
        """The largest fraction of the base that it can pay where the creator is paid that fraction."""
        return self.rate_ if self.of == "net_sales" else self.rate_ * creator


PLUGIN = SecondLevel
