"""Ask Shopify which visits came before an order. What names a link enters the inbox, like any event.

Shopify gathers them in the background, so each order is asked about some minutes after it was placed, and
again later while they are not ready. Source: shopify.dev, CustomerJourneySummary; decision 0088.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.db.session import BatchSession, ShopSession
from app.flows.order_to_ledger import JOURNEY_TOPIC
from app.inbox import store as inbox
from app.inbox.model import Delivery, Source
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.orders.model import PageVisit
from app.orders.store import journeys
from app.orders.store.journeys import Reached
from app.shopify.admin_api import ShopAPI
from app.shopify.order_journeys import AT_ONCE, fetch_journeys
from app.shopify.payloads_journey import Answer, body_of
from app.shops import store as shops
from app.tracking.click import trail

ALL, JOB = "orders.journeys_all", "orders.journeys"
SETTLED = timedelta(minutes=10)
"""An order younger than that is left for the next look: what came before it is hardly gathered."""
FIRST_LOOK = timedelta(days=1)
"""How far back the first look of a shop goes."""
AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""Pauses after a look at which the visits were not ready; after the last one nobody asks any more."""
MOST = 1000
"""Orders of a shop in one look; the rest waits for the next one, a quarter of an hour later."""


@dataclass(frozen=True)
class FollowJourneys:
    """The handlers of both jobs. Run again, they store the same answers once."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    shop_api: Callable[[ShopId], ShopAPI]
    queue: Queue
    clock: Clock

    def jobs(self) -> tuple[Job, Job]:
        """Both, for the worker."""
        return Job(ALL, self.every_shop), Job(JOB, self.one_shop)

    def every_shop(self) -> None:
        """Queue each connected shop."""
        with self.open_batch() as session, session.begin():
            for shop in shops.connected(session):
                self.queue.defer(session, JOB, {"shop_id": shop.id}, once=f"{JOB} {shop.id}")

    def one_shop(self, *, shop_id: int) -> None:
        """Ask about the orders whose time has come, a handful at a time. Raises what ShopAPI.execute raises."""
        number = ShopId(shop_id)
        with self.open_session(number) as session:
            with session.begin():
                if not journeys.has_links(session):
                    return
                domain = shops.get(session, number).domain
            api = self.shop_api(number)
            for _ in range(MOST // AT_ONCE):
                if not self._handful(session, api, domain):
                    return

    def _handful(self, session: ShopSession, api: ShopAPI, domain: str) -> bool:
        """Those that wait longest, then those placed next. Whether there were any."""
        now = self.clock.now()
        with session.begin():
            waiting = journeys.due(session, now, AT_ONCE)
            after = journeys.reached(session) or Reached(now - FIRST_LOOK)
            fresh = journeys.next_orders(session, after, until=now - SETTLED, most=AT_ONCE - len(waiting))
        asked = {order.order_id: 0 for order in fresh} | waiting
        if not asked:
            return False
        told = fetch_journeys(api, sorted(asked))
        with session.begin():
            inbox.feed(session, [d for a in told.values() if (d := _delivery(a, domain, now)) is not None])
            again = _not_ready(told, asked, now)
            journeys.settle(session, asked.keys() - again.keys())
            journeys.wait_for(session, again)
            if fresh:
                journeys.reach(session, fresh[-1])
        return True


def _not_ready(
    told: Mapping[int, Answer], asked: Mapping[int, int], now: datetime
) -> dict[int, tuple[datetime, int]]:
    """When to ask for which of them again, and how often they were asked for by now."""
    return {
        number: (now + AGAIN[tries], tries + 1)
        for number, tries in asked.items()
        if tries < len(AGAIN) and _is_gathering(told.get(number))
    }


def _is_gathering(answer: Answer | None) -> bool:
    """An order that is gone, or that came through no browser, has nothing to wait for."""
    summary = answer.customer_journey_summary if answer is not None else None
    return summary is not None and not summary.ready


def _delivery(answer: Answer, domain: str, now: datetime) -> Delivery | None:
    """The visits that name a link, as an event; None where there are none, or not all of them yet."""
    summary = answer.customer_journey_summary
    named = _naming_a_link(summary.visits()) if summary is not None and summary.ready else ()
    if not named:
        return None
    body = body_of(answer, named)
    digest = sha256(body).digest()
    return Delivery(
        shop_domain=domain,
        topic=JOURNEY_TOPIC,
        webhook_id=f"journey/{answer.number}/{digest.hex()[:32]}",
        event_id=None,
        source=Source.REREAD,
        api_version=None,
        triggered_at=now,
        body=body,
        body_sha256=digest,
    )


def _naming_a_link(visits: Collection[PageVisit]) -> tuple[PageVisit, ...]:
    return tuple(v for v in visits if trail((), v.landing_site).slug is not None)
