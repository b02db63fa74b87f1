"""A person who signs in, as a value; how long what proves them holds. Pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LINK_HOLDS = timedelta(minutes=15)
"""A link that was mailed; it works once."""
SESSION_HOLDS = timedelta(days=30)
"""Since it was last used."""
FRESH = timedelta(minutes=15)
"""How long after signing in one may change where money goes."""
CHALLENGE_HOLDS = timedelta(minutes=5)
"""A question to a passkey; it is answered once."""
NOTED_EACH = timedelta(hours=1)
"""How often it is written down that a session was used."""
MOST_PASSKEYS = 10
"""Of one person."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Membership:
    """In which shop the person is which creator."""

    shop_id: int
    creator_id: int


@dataclass(frozen=True, slots=True)
class Identity:
    """A person by their address."""

    id: int
    email: str
    """Lower case; proved by the link that was mailed there."""
    language: str | None
    """That they chose; None: what their browser asks for."""


@dataclass(frozen=True, slots=True)
class PortalSession:
    """A signed-in browser."""

    identity: Identity
    signed_in_at: datetime
    seen_at: datetime
    memberships: tuple[Membership, ...]

    def is_fresh(self, now: datetime) -> bool:
        """Whether they have proved lately who they are."""
        return now - self.signed_in_at < FRESH


@dataclass(frozen=True, slots=True)
class Device:
    """A signed-in browser in the list of one's own."""

    key: str
    """Tells it from the others, and opens nothing."""
    agent: str
    signed_in_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """What a device signs with instead of a mailed link."""

    credential_id: bytes
    identity_id: int
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str
    added_at: datetime
    used_at: datetime | None


def normal(email: str) -> str:
    """The address as it is compared: without spaces around it, in lower case."""
    return email.strip().lower()


def digest(secret: str) -> bytes:
    """What is stored of a secret: it is random, so nobody finds it by guessing."""
    return hashlib.sha256(secret.encode()).digest()


def form_token(secret: str) -> str:
    """What every form of a session carries: another site cannot know it, and it does not tell the secret."""
    return hashlib.sha256(b"form:" + secret.encode()).hexdigest()[:32]


def masked(email: str) -> str:
    """`n***@example.com`: enough to know one's own."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"


_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Macintosh": "Mac", "Windows": "Windows", "CrOS": "ChromeOS",
    "Linux": "Linux",
}  # fmt: skip
"""By what a browser says of itself, the more telling word first: each says that it is several others, too."""


def browser(agent: str) -> str:
    """What people call this browser: Firefox on Windows; empty for one that says nothing we know."""
    return " on ".join(part for part in (_first(_BROWSERS, agent), device(agent)) if part)


def device(agent: str) -> str:
    """The kind of machine: iPhone, Mac; empty for one that we do not know."""
    return _first(_SYSTEMS, agent)


def _first(known: dict[str, str], agent: str) -> str:
    return next((name for word, name in known.items() if word in agent), "")
