"""What a provider told by a webhook: stored in the inbox when its signature was right, read again from the provider by a job.

No HTTP is made inside the transaction that empties the inbox, so its handler only asks for the job.
"""

from collections.abc import Callable
from datetime import datetime

from app.db.session import BatchSession, PlatformSession, ShopSession
from app.flows.cashier import Cashier
from app.flows.desk import Desk
from app.flows.payout_heard import take_heard
from app.inbox import forget
from app.inbox import store as inbox
from app.inbox.model import StoredEvent
from app.kernel.clock import Clock
from app.kernel.errors import Permanent
from app.kernel.ids import EventId, ShopId
from app.payouts.provider import PROVIDERS, Tells
from app.shops.store import ShopContext

JOB = "payouts.read_event"
ENDING = "/told"
TOPICS = frozenset(f"{provider}{ENDING}" for provider in PROVIDERS.values())
"""Of the inbox: `stripe/told`."""


class NotConnected(Permanent):
    """A webhook of a provider that the shop has disconnected since."""

    def __init__(self, provider: str, event_id: int) -> None:
        super().__init__(
            f"Event {event_id} of {provider} cannot be read: this shop is not connected to {provider} any more. "
            "Connect it again and retry; payouts under way are asked about then, too."
        )


def topic(provider: str) -> str:
    """Under which a provider's webhooks are stored."""
    return f"{provider}{ENDING}"


def told(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, _now: datetime
) -> str | None:
    """Have it read again. Safe to run twice: a fact that is known changes nothing."""
    provider = event.topic.removesuffix(ENDING)
    args = {"shop_id": shop.id, "provider": provider, "event_id": event.id}
    desk.queue.defer(session, JOB, args, once=f"{JOB} {event.id}")
    return None


class ReadEvent:
    """The job `payouts.read_event`. May run twice and in any order: what is applied is the provider's present word."""

    def __init__(
        self,
        open_platform: Callable[[], PlatformSession],
        open_session: Callable[[ShopId], ShopSession],
        cashier: Cashier,
        clock: Clock,
    ) -> None:
        self._open_platform = open_platform
        self._open = open_session
        self._cashier = cashier
        self._clock = clock

    def __call__(self, *, shop_id: int, provider: str, event_id: int) -> None:
        """Ask the provider, then write down what is so. Raises Retriable while it cannot be asked, NotConnected."""
        with self._open_platform() as platform, platform.begin():
            body = inbox.body(platform, EventId(event_id))
        if body is None:
            return
        reached: object = self._cashier.providers(ShopId(shop_id)).get(provider)
        if not isinstance(reached, Tells):
            raise NotConnected(provider, event_id)
        heard = reached.read(body)
        now = self._clock.now()
        with self._open(ShopId(shop_id)) as session, session.begin():
            take_heard(session, provider, heard, now)
            # Bodies name payees; what they told is in the payouts now, and the digest stays.
            forget.rewrite(session, EventId(event_id), b"", now)
