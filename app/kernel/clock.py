"""Where time comes from. Only edges hold a Clock; verbs and pure functions take `now`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.kernel.errors import Invalid


class Clock(Protocol):
    """Something that knows the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may


class FixedClock:
    """A clock that stands where it was put, for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at


class FileClock:
    """A clock read from a file of one RFC 3339 line, so that several processes share a pretend time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """The instant in the file. Raises Invalid when the file holds none."""
        return instant(self.path.read_text().strip())


def instant(text: str) -> datetime:
    """An RFC 3339 text as an aware UTC instant. Raises Invalid, also when the offset is missing."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not a date and time like 2026-11-22T10:00:00Z.") from None
    if at.tzinfo is None:
        raise Invalid(f"{text[:40]!r} has no time zone; write it like 2026-11-22T10:00:00Z.")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Invalid(f"{text[:40]!r} lies outside the years 1 to 9999.") from None
