"""All that the devstore remembers: shops, clock, ids, the app it serves, what it has to deliver. In memory, one lock."""

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devstore.clock import Clock
from devstore.jsonbody import to_json
from devstore.model import Refused, Shop
from devstore.switches import Switches

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

# Shopify's ids are large and of one sequence per type; JavaScript's 2^53 lies far above, T11's id above that.
FIRST_ID = {
    "Shop": 60_000_000_001, "Product": 7_100_000_000_001, "ProductVariant": 41_000_000_000_001,
    "Customer": 6_200_000_000_001, "Order": 5_400_000_000_001, "LineItem": 13_300_000_000_001,
}  # fmt: skip
OTHER_FIRST_ID = 1_000_000_001

# These reach an app that is no longer installed.
AFTER_UNINSTALL = frozenset({"app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"})


@dataclass(frozen=True)
class Subscription:
    """One topic the app wants, from shopify.app.toml or made by the Admin API (then `id` is set)."""

    topic: str
    uri: str
    name: str | None = None
    include_fields: tuple[str, ...] = ()
    id: int | None = None
    shop_domain: str | None = None


@dataclass(frozen=True)
class AppConfig:
    """The app as the Dev Dashboard knows it. `url` is where webhooks and the iframe go."""

    client_id: str = "devstore-client-id"
    client_secret: str = "devstore-client-secret-of-32-bytes-or-more"  # noqa: S105  # the pretend platform's own pretend secret
    url: str = "http://127.0.0.1:8000"
    handle: str = "tribute"
    title: str = "Tribute"
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()
    subscriptions: tuple[Subscription, ...] = ()
    api_version: str = "2026-10"


@dataclass(frozen=True)
class Event:
    """Something happened in a shop and the app may want to know. The body is final: retries send it again."""

    shop_domain: str
    topic: str
    body: bytes
    event_id: str
    triggered_at: datetime
    secret: str | None = None
    """Signed with this instead of the app's secret (the store's own "Send test notification")."""


@dataclass
class State:
    """The whole pretend platform. Hold `lock` around every read that spans more than one attribute; verbs work inside `acting`.

    `listener` receives each event while the lock is held and must only queue it.
    """

    app: AppConfig = field(default_factory=AppConfig)
    clock: Clock = field(default_factory=lambda: Clock(stands_at=START))
    shops: dict[str, Shop] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    switches: Switches = field(default_factory=Switches)
    listener: Callable[[Event], None] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    salt: str = "devstore"
    forgetters: list[Callable[[], None]] = field(default_factory=list)
    """Called by a reset: what keeps its own books beside the shops."""
    _ids: dict[str, int] = field(default_factory=dict)
    _quiet: int = 0
    _acts: int = 0
    _event_id: str = ""

    @property
    def now(self) -> datetime:
        """The clock's instant, whole seconds."""
        return self.clock.now()

    def shop(self, domain: str) -> Shop:
        """The shop with this myshopify domain. Raises Refused (NOT_FOUND)."""
        if domain not in self.shops:
            known = ", ".join(sorted(self.shops)) or "none"
            raise Refused(f"There is no shop {domain!r} here; shops: {known}.", "NOT_FOUND")
        return self.shops[domain]

    def next_id(self, kind: str) -> int:
        """The next id of a type: 1 more than the last, so a run repeats exactly."""
        with self.lock:
            self._ids[kind] = self._ids.get(kind, FIRST_ID.get(kind, OTHER_FIRST_ID) - 1) + 1
            return self._ids[kind]

    def next_token(self, kind: str, length: int = 32) -> str:
        """A hex string nobody could tell from a random one, yet the same in each run with the same salt."""
        text = f"{self.salt}:{kind}:{self.next_id('token:' + kind)}"
        return hashlib.sha256(text.encode()).hexdigest()[:length]

    def next_uuid(self, kind: str) -> str:
        """A UUID, deterministic like next_token."""
        return str(uuid.UUID(self.next_token(kind)))

    def emit(self, shop: Shop, topic: str, body: Callable[[], dict[str, Any]]) -> None:
        """Tell the app, if it is installed and anybody listens. The body is only made when it will be sent."""
        if self._quiet or self.listener is None or (shop.install is None and topic not in AFTER_UNINSTALL):
            return
        self.listener(Event(shop.domain, topic, to_json(body()), self._event_id, self.now))

    @contextmanager
    def acting(self) -> Iterator[None]:
        """One deed of a merchant or shopper: locked, and all its webhooks share one event id, as Shopify's do.

        A deed must not emit the same topic twice: the app may take the second for a repetition.
        """
        with self.lock:
            if self._acts == 0:
                self._event_id = self.next_uuid("event")
            self._acts += 1
            try:
                yield
            finally:
                self._acts -= 1

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing is delivered inside: for seeding. Holds the lock, so that no other thread is silenced too."""
        with self.lock:
            self._quiet += 1
            try:
                yield
            finally:
                self._quiet -= 1
