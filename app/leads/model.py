"""A lead as a value: what was told, and what is made of it. Pure."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec

from app.kernel.errors import Invalid

ACTION = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_KEY = 200
LONGEST_CODE = 255
LATEST = timedelta(minutes=5)
"""How far a clock elsewhere may be ahead of ours."""
OLDEST = timedelta(days=30)


class Source(StrEnum):
    """Which way a lead came to us."""

    FORM = "form"
    """The form in the store."""
    API = "api"
    CUSTOMER = "customer"
    """An account that somebody opened in the store; Shopify tells of it."""


class State(StrEnum):
    """What a lead counts as. Derived from facts, terms and what people said; never written by hand."""

    PENDING = "pending"
    """Somebody has to look before it earns."""
    APPROVED = "approved"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    """The program has a lead of the same person or device already."""
    UNQUALIFIED = "unqualified"
    """Nobody brought it, or nothing is paid for it."""


class Ruling(StrEnum):
    """What a person said of a lead."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Sent(msgspec.Struct, frozen=True):
    """A lead as somebody tells it. Equal (source, key) are the same lead, however often it is told."""

    source: Source
    key: str
    action: str
    """newsletter, quote_request, app_download, registration ...: the sender's own word."""
    at: datetime
    person: bytes | None = None
    """Keyed digest of the e-mail address, or of the device on which an app was installed."""
    visitor: str | None = None
    click_id: int | None = None
    slug: str | None = None
    """Of a link, where the sender names one."""
    code: str | None = None
    contact: dict[str, str] = {}
    """In the clear, for the merchant: e-mail, name, words. Forgotten on request."""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY or not self.key.isprintable():
            raise Invalid(
                f"The key of a lead has 1 to {LONGEST_KEY} visible characters, not {self.key[:80]!r}."
            )
        if ACTION.fullmatch(self.action) is None:
            raise Invalid(
                f"{self.action[:80]!r} is no action of a lead: use up to 40 small letters, digits and _, beginning "
                "with a letter, such as newsletter or app_download."
            )
        if self.code is not None and len(self.code) > LONGEST_CODE:
            raise Invalid(f"The code has {len(self.code)} characters; at most {LONGEST_CODE} fit.")

    @property
    def ref(self) -> str:
        """Names the lead in addresses, awards and decisions: the same lead has the same name in every database."""
        return sha256(f"{self.source}\0{self.key}".encode()).hexdigest()[:16]


class Lead(msgspec.Struct, frozen=True):
    """A lead as it is kept: what was told, and what a person said of it."""

    id: int
    ref: str
    source: Source
    action: str
    at: datetime
    person: bytes | None
    visitor: str | None
    click_id: int | None
    slug: str | None
    code: str | None
    ruling: Ruling | None = None
    ruling_reason: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What a lead counts as now, and why."""

    ref: str
    state: State
    program_id: int | None
    creator_id: int | None
    why: str
    """Who is credited, or why nobody is."""
    amount: str
    """What it earns in words; empty where it earns nothing."""


def told_at(at: datetime, now: datetime) -> datetime:
    """The time that a sender names, no later than now. Raises Invalid when it is far off."""
    if not now - OLDEST <= at <= now + LATEST:
        raise Invalid(
            f"The time {at.isoformat()} is not within the last {OLDEST.days} days; it is {now.isoformat()} now."
        )
    return min(at, now)
