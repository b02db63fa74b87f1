"""Events as values: what is handed in, what a handler is given, what became of one, and the state of it all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from app.kernel.ids import EventId


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it came from outside, before anyone has thought about it."""

    shop_domain: str
    topic: str
    webhook_id: str
    """One delivery's identity across the sender's retries."""
    event_id: str | None
    """The same business event across several subscriptions; None where the sender has no such thing."""
    source: Source
    api_version: str | None
    triggered_at: datetime
    body: bytes
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """An event that could not be processed, for a page that lists them."""

    id: EventId
    topic: str
    webhook_id: str
    reason: str
    """Why, in a sentence."""
    attempts: int
    received_at: datetime
    order_id: int | None


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many events are in each state."""

    new: int = 0
    """Waiting for the worker."""
    done: int = 0
    ignored: int = 0
    """Stored, and nothing to do: a shop or topic that is not ours."""
    parked: int = 0
    """Given up on, until a person asks for a retry."""


@dataclass(frozen=True, slots=True)
class InboxLag:
    """How far the worker is behind."""

    waiting: int
    oldest: timedelta
    """Age of the oldest event that could be taken now; zero when none waits."""
