"""A bulk query and what it leaves; a past that only bulk queries see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO


@dataclass(eq=False)
class BulkOperation:
    """A bulk query: its answer is a JSONL file under /_bulk/<shop>/<id>.jsonl. `size` counts bytes of it."""

    id: int
    query: str
    created_at: datetime
    polls_left: int
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    file: IO[bytes] | None = None
    size: int = 0
    object_count: int = 0
    root_count: int = 0
    root_starts: list[int] = field(default_factory=list)
    """Where each root object begins in the file."""
    ends_as: str = "COMPLETED"


@dataclass(frozen=True)
class History:
    """So many copies, evenly over so many days before `until`."""

    orders: int
    days: int
    until: datetime
    samples: tuple[int, ...]
