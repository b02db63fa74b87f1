"""Read from Shopify which products are in the collections that offers name. News enters the inbox as catalog/reread.

Each night all of them; one when an offer first names it or Shopify says it changed; one product when it changed.
What is as it was is not stored again. Each portion commits by itself: a run that breaks is begun again, and finds
the rest. Jobs; they ask only, so they may run twice. Decision 0058.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from app.campaigns import store as campaigns
from app.catalog import store as catalog
from app.catalog.model import folded
from app.catalog.store import Newest
from app.db.session import BatchSession, ShopSession
from app.flows import catalogue_requests
from app.flows.catalogue import CATALOGUE_TOPICS, REREAD_TOPIC, Reread, RereadBody
from app.flows.catalogue_requests import COLLECTIONS
from app.inbox import store as inbox
from app.inbox.model import Delivery, Source
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.reconciliation.model import own_moment
from app.shopify import shelf
from app.shopify.admin_api import ShopAPI
from app.shopify.shelf import AT_ONCE, Shelved
from app.shops import store as shops
from app.shops.store import ShopContext

ALL = "catalog.reread_all"
SHOPS_AT_ONCE = 500
AGAIN = timedelta(seconds=2)
INSTANT = timedelta(microseconds=1)

Told = dict[datetime, list[Reread]]
"""What is news, by when it was so."""


@dataclass(frozen=True)
class RereadCatalogue:
    """The handlers of the jobs. No transaction is open while Shopify is asked."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    shop_api: Callable[[ShopId], ShopAPI]
    queue: Queue
    clock: Clock
    timer: Clock
    """The clock that jobs are due by."""

    def every_shop(self) -> None:
        """A job for each connected shop whose offers name collections, in its own minute."""
        with self.open_batch() as session:
            with session.begin():
                known = [shop.id for shop in shops.connected(session)]
            for start in range(0, len(known), SHOPS_AT_ONCE):
                with session.begin():
                    session.admit(known[start : start + SHOPS_AT_ONCE])
                    for shop_id in campaigns.naming_collections(
                        session, known[start : start + SHOPS_AT_ONCE]
                    ):
                        self._tonight(session, shop_id)

    def _tonight(self, session: BatchSession, shop_id: int) -> None:
        at = self.timer.now() + timedelta(seconds=own_moment(shop_id))
        args = {"shop_id": shop_id, "collection": None}
        self.queue.defer(session, COLLECTIONS, args, once=f"{COLLECTIONS} {shop_id} nightly", at=at)

    def collections(self, *, shop_id: int, collection: str | None) -> None:
        """Read one collection, or all that offers name. Raises what ShopAPI.execute raises."""
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            shop = self._heard(session, shop_id)
            named = campaigns.collections_named(session, shop_id, self.clock.now())
            if shop is None:
                at = self.timer.now() + AGAIN
                catalogue_requests.collections(session, self.queue, shop_id, collection, at=at)
        if shop is not None and not shop.offline:
            api = self.shop_api(ShopId(shop_id))
            for wanted in named if collection is None else {collection}.intersection(named):
                self._list(api, shop, wanted)

    def product(self, *, shop_id: int, product_id: int) -> None:
        """Read one product. Raises what ShopAPI.execute raises."""
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            shop = self._heard(session, shop_id)
            if shop is None:
                at = self.timer.now() + AGAIN
                catalogue_requests.product(session, self.queue, shop_id, product_id, at=at)
        if shop is not None and not shop.offline:
            self._read(self.shop_api(ShopId(shop_id)), shop, [product_id])

    def _heard(self, session: ShopSession, shop_id: int) -> ShopContext | None:
        """The shop; None while products wait in the inbox: what is news cannot be told then, so it is asked later."""
        shop = shops.contexts_by_id(session, [shop_id])[shop_id]
        return None if inbox.are_waiting(session, shop.domain, CATALOGUE_TOPICS) else shop

    def _list(self, api: ShopAPI, shop: ShopContext, collection: str) -> None:
        """Compare who is in it with who was, and read those whole who came, left, or have other tags."""
        began, seen = self.clock.now(), set[int]()
        for page in shelf.members(api, collection):
            seen |= page.keys()
            with self.open_session(ShopId(shop.id)) as session:
                held = catalog.newest(session, shop.id, page.keys())
            self._read(api, shop, [p for p, tags in page.items() if not _stands(held[p], collection, tags)])
        with self.open_session(ShopId(shop.id)) as session:
            gone = [p for p in catalog.held_in(session, shop.id, collection) if p not in seen]
        self._read(api, shop, gone)
        with self.open_session(ShopId(shop.id)) as session, session.begin():
            catalog.note_listed(session, shop.id, collection, began)

    def _read(self, api: ShopAPI, shop: ShopContext, products: Sequence[int]) -> None:
        for start in range(0, len(products), AT_ONCE):
            some = products[start : start + AT_ONCE]
            found = {one.id: one for one in shelf.products(api, some)}
            now = self.clock.now()
            with self.open_session(ShopId(shop.id)) as session, session.begin():
                held = catalog.newest(session, shop.id, some)
                told = _news(held, found, catalog.listed(session, shop.id), now)
                inbox.feed(session, list(_deliveries(shop, told, now)))


def _stands(held: Newest, collection: str, tags: Sequence[str]) -> bool:
    return collection in (held.collections or ()) and held.tags == folded(tags)


def _news(
    held: Mapping[int, Newest], found: Mapping[int, Shelved], listed: Mapping[str, datetime], now: datetime
) -> Told:
    """What is not known yet of these products. One that Shopify has no more is in no collection.

    Who turns up in a collection that was read before was not in it then: without that, older orders
    would go by the first that is known.
    """
    told: Told = defaultdict(list)
    for number, known in held.items():
        one = found.get(number)
        if one is None:
            if known.collections:
                told[now].append(Reread(number, [], tags=None))
            continue
        if known == Newest(folded(one.tags), one.collections):
            continue
        told[now].append(Reread(number, list(one.collections), tags=list(one.tags)))
        joined = {c for c in one.collections if c in listed}
        if known.collections is None and joined:
            before = min(*(listed[c] for c in joined), now - INSTANT)
            told[before].append(Reread(number, sorted(set(one.collections) - joined), tags=None))
    return told


def _deliveries(shop: ShopContext, told: Told, now: datetime) -> Iterator[Delivery]:
    for at, products in sorted(told.items()):
        body = msgspec.json.encode(RereadBody(at, products), order="sorted")
        digest = sha256(body).digest()
        yield Delivery(
            shop_domain=shop.domain,
            topic=REREAD_TOPIC,
            webhook_id=f"catalog/{digest.hex()[:32]}",
            event_id=None,
            source=Source.REREAD,
            api_version=None,
            triggered_at=now,
            body=body,
            body_sha256=digest,
        )
