"""Lines of some vendors."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line is of one of these vendors, as the order itself names them."""

    RANK: ClassVar[int] = 1
    LABEL: ClassVar[str] = "Vendor"
    SAYS: ClassVar[str] = "on products of {vendors}"
    HELP: ClassVar[str] = "Only lines of these vendors."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("vendors", "Vendors", FieldKind.TEXTS),)

    vendors: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.some("vendors", self.vendors)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the line only
        """Whether the line is of one of them."""
        return checks.fold(line.goods.vendor or "") in map(checks.fold, self.vendors)

    def why(self) -> str:
        """What it asks for."""
        return checks.named("vendor", self.vendors)


PLUGIN = Vendor
