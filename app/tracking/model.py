"""Codes as values."""

from datetime import datetime

import msgspec

Span = tuple[datetime | None, datetime | None]
"""Half-open: from the first instant, up to but not including the second; None is unbounded."""


def fold(code: str) -> str:
    """How codes are compared: Shopify takes no notice of case or of blanks around them."""
    return code.strip().upper()


def _within(at: datetime, span: Span) -> bool:
    start, end = span
    return (start is None or start <= at) and (end is None or at < end)


class CodeOwner(msgspec.Struct, frozen=True):
    """A code of this shop that belongs to an enrollment, as attribution needs it."""

    folded: str
    enrollment_id: int
    creator_id: int
    creator: str
    """Handle."""
    program_id: int
    active: tuple[Span, ...]
    """When the enrollment could earn."""
    valid_from: datetime | None
    valid_to: datetime | None
    email_key: bytes | None
    """Pseudonym of the creator's own e-mail."""

    def is_active(self, at: datetime) -> bool:
        """Whether the creator could earn in the program then."""
        return any(_within(at, span) for span in self.active)

    def is_valid(self, at: datetime) -> bool:
        """Whether the code was theirs then."""
        return _within(at, (self.valid_from, self.valid_to))
