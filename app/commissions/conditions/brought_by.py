"""Orders brought by a code, or by a link."""

from typing import ClassVar, Literal

import msgspec

from app.commissions import checks
from app.commissions.sale import LineShare, Sale
from app.kernel.fields import Choice, Field, FieldKind

CLICKED = frozenset({"click", "binding"})
"""Evidence that began with a link."""


class BroughtBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What won the order was a code or a link; where some are named, one of those."""

    RANK: ClassVar[int] = 0
    LABEL: ClassVar[str] = "Code or link"
    SAYS: ClassVar[str] = "brought by {by}[: {names}]"
    HELP: ClassVar[str] = "Only orders that a code, or that a link brought; all of them, or some by name."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field(
            "by",
            "Brought by",
            FieldKind.CHOICE,
            choices=(Choice("code", "A code"), Choice("link", "A link")),
        ),
        Field("names", "Codes or links", FieldKind.TEXTS, help="Any, when none is named.", optional=True),
    )

    by: Literal["code", "link"]
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.names is not None:
            checks.some("names", self.names)

    def holds(self, sale: Sale, line: LineShare) -> bool:  # noqa: ARG002 - asks of the order only
        """Whether it was brought so."""
        kind = sale.about.evidence
        if kind not in ({"code"} if self.by == "code" else CLICKED):
            return False
        return self.names is None or checks.fold(sale.about.token) in map(checks.fold, self.names)

    def why(self) -> str:
        """What it asks for."""
        return checks.named(self.by, self.names) if self.names else f"any {self.by}"


PLUGIN = BroughtBy
