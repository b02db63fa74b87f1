"""Orders of some sales channels."""

from typing import ClassVar

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Field, FieldKind


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order came by one of these channels."""

    RANK: ClassVar[int] = 0
    LABEL: ClassVar[str] = "Sales channel"
    SAYS: ClassVar[str] = "by the channels {channels}"
    HELP: ClassVar[str] = "web, pos, draft, or the number of the app that made the order."
    FIELDS: ClassVar[tuple[Field, ...]] = (Field("channels", "Channels", FieldKind.TEXTS),)

    channels: tuple[str, ...]

    def __post_init__(self) -> None:
        checks.some("channels", self.channels)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the order only
        """Whether it came by one of them."""
        return checks.fold(sale.about.channel) in map(checks.fold, self.channels)

    def why(self) -> str:
        """What it asks for."""
        return checks.named("channel", self.channels)


PLUGIN = Channel
