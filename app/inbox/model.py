"""Events as values: what a handler is given, and what became of one."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Source(StrEnum):
    """How an event reached us."""

    WEBHOOK = "webhook"
    REREAD = "reread"
    """One order that we asked for again by GraphQL."""
    RECONCILED = "reconciled"
    """Found missing by the sweep and fed in."""


class State(StrEnum):
    """What became of an event."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"
    """Stored, but nothing we act on; the reason says why."""
    PARKED = "parked"
    """Could not be processed; the reason says why, and a person may retry it."""


class StoredEvent(msgspec.Struct, frozen=True):
    """One row of the inbox, as a handler gets it."""

    id: int
    shop_domain: str
    topic: str
    source: Source
    triggered_at: datetime
    received_at: datetime
    body: bytes
    body_sha256: bytes
    attempts: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of one event."""

    event_id: int
    state: State
    reason: str | None = None
    order_id: int | None = None
