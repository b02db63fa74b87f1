"""The devstore's clock: the real one shifted, or one that stands still. Moved through the control API.

When a clock file is set, every change is written there (one RFC 3339 line), so that the app can share the time.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass
class Clock:
    """`stands_at` None: real time plus `shift`."""

    stands_at: datetime | None = None
    shift: timedelta = timedelta(0)
    file: Path | None = None

    def __post_init__(self) -> None:
        self.tell()

    def now(self) -> datetime:
        """Whole seconds, as Shopify's payloads have them."""
        instant = self.stands_at if self.stands_at is not None else datetime.now(UTC) + self.shift
        return instant.replace(microsecond=0)

    def set(self, instant: datetime) -> None:
        """Stand still at this instant."""
        self.stands_at = instant.astimezone(UTC)
        self.tell()

    def move(self, by: timedelta) -> None:
        """Go forwards (or backwards) from wherever the clock is."""
        if self.stands_at is None:
            self.shift += by
        else:
            self.stands_at += by
        self.tell()

    def run(self) -> None:
        """Follow real time again, without a shift."""
        self.stands_at = None
        self.shift = timedelta(0)
        self.tell()

    def tell(self) -> None:
        """Write the present instant into the clock file, for whoever shares this clock."""
        if self.file is None:
            return
        # The app may read at any instant: replace the file in one step, never write into it.
        draft = self.file.with_suffix(f".{threading.get_ident()}")
        draft.write_text(rfc3339(self.now()) + "\n")
        draft.replace(self.file)


def rfc3339(instant: datetime) -> str:
    """UTC with a Z, whole seconds: GraphQL's DateTime."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant. ValueError names the text when it carries no offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write 2026-11-22T12:00:00Z")
    return instant.astimezone(UTC)
