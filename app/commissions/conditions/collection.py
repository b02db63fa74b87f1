"""Lines of products in some collections."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Collection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The product was in one of these collections when the order was placed."""

    RANK: ClassVar[int] = 3
    LABEL: ClassVar[str] = "Collection"
    SAYS: ClassVar[str] = "in the collections {ids}"
    HELP: ClassVar[str] = "Only lines of products in these collections."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("ids", "Collections", FieldKind.COLLECTIONS),)

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.ids("ids", self.ids)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the line only
        """Whether the product was in one of them."""
        return not line.goods.collections.isdisjoint(self.ids)

    def why(self) -> str:
        """What it asks for."""
        return checks.named("collection", self.ids)


PLUGIN = Collection
