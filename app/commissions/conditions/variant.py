"""Lines of some variants."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line is of one of these variants."""

    RANK: ClassVar[int] = 5
    LABEL: ClassVar[str] = "Variant"
    SAYS: ClassVar[str] = "on the variants {ids}"
    HELP: ClassVar[str] = "Only lines of these variants."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("ids", "Variants", FieldKind.VARIANTS),)

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.ids("ids", self.ids)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the line only
        """Whether the line is of one of them."""
        return str(line.variant_id) in self.ids

    def why(self) -> str:
        """What it asks for."""
        return checks.named("variant", self.ids)


PLUGIN = Variant
