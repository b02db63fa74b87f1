"""A message as a value, and what may hang on it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.kernel.errors import Invalid

LONGEST = 4000
LARGEST_FILE = 900_000
"""Bytes; a form is a million at most."""
LONGEST_NAME = 100
_KINDS = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
}


class BadFile(Invalid):
    """A file that is not taken."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, as it was sent."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    id: int
    creator_id: int
    is_from_creator: bool
    order_id: int | None
    body: str
    actor: str
    written_at: datetime
    read_at: datetime | None
    file_name: str | None
    file_kind: str | None
    file_key: UUID | None
    """Names the cell that the file is sealed for."""


def attachment(name: str, content: bytes) -> Attachment:
    """The file, by what is in it and never by what it is called. Raises BadFile."""
    if len(content) > LARGEST_FILE:
        raise BadFile(
            f"The file has {len(content) / 1_000_000:.1f} MB; at most {LARGEST_FILE / 1_000_000:.1f} MB can be sent."
        )
    for begins, (kind, ending) in _KINDS.items():
        if content.startswith(begins):
            return Attachment(_plain(name, ending), kind, content)
    raise BadFile("Only a PDF, a PNG or a JPEG can be sent.")


def _plain(name: str, ending: str) -> str:
    """A name that no system takes for a path, a header or a program."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    kept = "".join(c if c.isalnum() or c in " -_" else "_" for c in stem).strip(" _")[:LONGEST_NAME]
    return (kept or "file") + ending
