"""Lines of products with some tags."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Tag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The product had one of these tags when the order was placed."""

    RANK: ClassVar[int] = 2
    LABEL: ClassVar[str] = "Product tag"
    SAYS: ClassVar[str] = "on products tagged {tags}"
    HELP: ClassVar[str] = "Only lines of products with these tags."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("tags", "Tags", FieldKind.TEXTS),)

    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.some("tags", self.tags)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the line only
        """Whether the product had one of them."""
        return not line.goods.tags.isdisjoint(map(checks.fold, self.tags))

    def why(self) -> str:
        """What it asks for."""
        return checks.named("tag", self.tags)


PLUGIN = Tag
