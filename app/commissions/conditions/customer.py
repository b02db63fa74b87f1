"""Orders of new or of returning customers."""

from typing import ClassVar, Literal

import msgspec

from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Choice, Field, FieldKind


class Customer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The customer had no earlier order, or had one, when this one was placed.

    An order of nobody who is known (a sale at the till) is of neither.
    """

    RANK: ClassVar[int] = 0
    LABEL: ClassVar[str] = "Customer"
    SAYS: ClassVar[str] = "for {is} customers"
    HELP: ClassVar[str] = "Only orders of new, or only of returning customers."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "is",
            "The customer is",
            FieldKind.CHOICE,
            choices=(Choice("new", "New"), Choice("returning", "Returning")),
        ),
    )

    kind: Literal["new", "returning"] = msgspec.field(name="is")

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the order only
        """Whether it was such a customer."""
        return sale.about.customer == self.kind

    def why(self) -> str:
        """What it asks for."""
        return f"{self.kind} customer"


PLUGIN = Customer
