"""A mail as a value."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.errors import Invalid

_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_LONGEST = 254
KEPT = timedelta(days=90)
"""How long a mail is kept once it was sent."""
GIVEN_UP = timedelta(days=3)
"""How long a mail is tried: what comes later than that is no news."""
SECRET = frozenset({"sign_in"})
"""Kinds that open a door to whoever reads them."""
_PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180))


class BadAddress(Invalid):
    """What no mail can be sent to."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"{typed[:80]!r} is no e-mail address. Write one such as name@example.com.")


class State(StrEnum):
    """Where a mail is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was written, and not yet put."""

    kind: str
    """Its template, such as `payout_paid`."""
    to: str
    key: str
    """Of what it tells: the same is told once."""
    subject: str
    text: str
    html: str = field(repr=False)
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits to be sent."""

    id: int
    letter: Letter
    put_at: datetime
    attempts: int


def address(typed: str) -> str:
    """The address, trimmed. Raises BadAddress; what could begin another header is refused with it."""
    plain = typed.strip()
    if len(plain) > _LONGEST or not plain.isprintable() or not _ADDRESS.fullmatch(plain):
        raise BadAddress(typed)
    return plain


def try_again_at(attempts: int, now: datetime) -> datetime:
    """When a mail that could not be sent is tried next."""
    return now + _PAUSES[min(attempts, len(_PAUSES)) - 1]
