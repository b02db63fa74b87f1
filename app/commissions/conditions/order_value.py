"""Orders that are worth so much."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind


class OrderValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of the whole order as placed lies in this range: the lower end included, the upper not."""

    RANK: ClassVar[int] = 0
    LABEL: ClassVar[str] = "Order value"
    SAYS: ClassVar[str] = "on orders[ from {from}][ below {below}]"
    HELP: ClassVar[str] = "Only orders of at least, or of less than so much."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("from", "At least", FieldKind.MONEY, least="0", optional=True),
        Field("below", "Less than", FieldKind.MONEY, least="0.01", optional=True),
    )

    currency: str
    start: str | None = msgspec.field(name="from", default=None)
    below: str | None = None

    def __post_init__(self) -> None:
        start, end = self._range()
        if self.start is None and self.below is None:
            raise Invalid("from and below are both missing; an order value needs one of them.")
        if start < 0:
            raise Invalid(f"from is {self.start}; it must be at least 0.")
        if end is not None and end <= start:
            raise Invalid(
                f"below is {self.below}, which is not more than {self.start or 0}: no order is in between."
            )

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the order only
        """Whether the order is worth that."""
        checks.same_currency(self.currency, sale.currency)
        start, end = self._range()
        return start <= sale.about.value_minor and (end is None or sale.about.value_minor < end)

    def why(self) -> str:
        """What it asks for."""
        parts = [f"from {self.start}" if self.start else "", f"below {self.below}" if self.below else ""]
        return f"order value {' '.join(p for p in parts if p)} {self.currency}"

    def _range(self) -> tuple[int, int | None]:
        start = checks.minor(self.start, self.currency) if self.start is not None else 0
        return start, checks.minor(self.below, self.currency) if self.below is not None else None


PLUGIN = OrderValue
