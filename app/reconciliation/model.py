"""Runs of the comparison with Shopify's orders, and what they find. Pure values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from app.kernel.period import zone

OVERLAP = timedelta(minutes=5)
"""A sweep begins this long before the end of the one before: Shopify's index may lag behind its orders."""

REACH = timedelta(days=60)
"""How far back an app without read_all_orders can read. Source: shopify.dev, access scopes."""


QUARTER = timedelta(minutes=15)
NIGHT = 3
"""The local hour of the nightly check: it comes exactly once also on the days when clocks change."""

TOO_LONG = timedelta(hours=30)
"""Without a check of 60 days: then it is made up for at any hour."""


def own_moment(shop_id: int) -> int:
    """A shop's own second of the quarter of an hour, far from those of its neighbours."""
    return shop_id * 547 % 840


def next_sweep(shop_id: int, now: datetime) -> datetime:
    """When the shop's next sweep begins, if a worker is at work."""
    moment = timedelta(seconds=own_moment(shop_id))
    quarter = timedelta(seconds=(now - moment).timestamp() % QUARTER.total_seconds())
    return now - quarter + QUARTER


def is_due_at_night(now: datetime, timezone: str, last: datetime | None) -> bool:
    """Whether the 60 days of a shop are to be checked in this hour."""
    return now.astimezone(zone(timezone)).hour == NIGHT or last is None or now - last > TOO_LONG


class Kind(StrEnum):
    """Why a run was made."""

    SWEEP = "sweep"
    """Every 15 minutes: what changed since the last."""
    NIGHTLY = "nightly"
    """The last 60 days, each night."""
    INSTALL = "install"
    """The last 60 days, when the shop is connected."""
    ASKED = "asked"
    """`tribute reconcile`."""


class Method(StrEnum):
    """How Shopify's orders are read."""

    PAGES = "pages"
    """By updated_at, page after page: for little, and where a bulk query can't be had."""
    BULK = "bulk"
    """By a bulk query, whose file is streamed."""


class State(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class What(StrEnum):
    """How our order differs from Shopify's."""

    MISSING = "missing"
    """We never heard of it."""
    OLDER = "older"
    """We hold an earlier version."""
    REFUNDS = "refunds"
    """We lack refunds of it."""
    STATE = "state"
    """The same second, but another state of payment or cancellation."""


class Stub(msgspec.Struct, frozen=True):
    """What is compared of one of Shopify's orders."""

    id: int
    name: str
    updated_at: datetime
    cancelled: bool
    status: str
    """Financial status in the spelling of webhooks."""
    refund_ids: tuple[int, ...]


class Lack(msgspec.Struct, frozen=True):
    """An order of which we lack something."""

    stub: Stub
    what: What
    ours_at: datetime | None
    """Shopify's updated_at of the version we hold."""


class Found(msgspec.Struct, frozen=True):
    """A lack, and the event that was fed to mend it; None when Shopify no longer shows the order."""

    lack: Lack
    webhook_id: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison, as far as it is."""

    id: int
    kind: Kind
    method: Method
    since: datetime
    """Shopify's updated_at from which orders are looked at."""
    until: datetime
    """And up to which; what changes later is the next run's."""
    begun_at: datetime
    ended_at: datetime | None
    state: State
    reached_at: datetime | None
    """Up to which updated_at its pages are compared and fed."""
    bulk_gid: str | None
    bulk_tries: int
    file_offset: int
    """Bytes of the bulk file that are compared and fed."""
    read: int
    missing: int
    fed: int
    failure: str | None
    """Why it did not come to its end, in a sentence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference that a run found, and what became of it."""

    found_at: datetime
    order_id: int
    order_name: str
    what: What
    ours_at: datetime | None
    theirs_at: datetime
    event_state: str | None
    """State of the event that was fed: new, done, ignored, parked; None when nothing could be fed."""
    event_reason: str | None
