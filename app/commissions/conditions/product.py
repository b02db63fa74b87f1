"""Lines of some products."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line is of one of these products."""

    RANK: ClassVar[int] = 4
    LABEL: ClassVar[str] = "Product"
    SAYS: ClassVar[str] = "on the products {ids}"
    HELP: ClassVar[str] = "Only lines of these products."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("ids", "Products", FieldKind.PRODUCTS),)

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.ids("ids", self.ids)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the line only
        """Whether the line is of one of them."""
        return str(line.product_id) in self.ids

    def why(self) -> str:
        """What it asks for."""
        return checks.named("product", self.ids)


PLUGIN = Product
