"""Ask Shopify again about one order. The answer enters the inbox like any event; nothing is posted from here."""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from app.db.session import PlatformSession
from app.flows.order_to_ledger import REREAD_TOPIC
from app.inbox import store as inbox
from app.inbox.model import Delivery, Source
from app.kernel.clock import Clock
from app.kernel.ids import OrderId, ShopId
from app.shopify.admin_api import ShopAPI
from app.shopify.order_reread import fetch_order
from app.shops import store as shops

JOB = "orders.reread"


class RereadOrder:
    """The job `orders.reread`. Safe to run twice: the same answer is stored once."""

    def __init__(
        self,
        open_platform: Callable[[], PlatformSession],
        shop_api: Callable[[ShopId], ShopAPI],
        clock: Clock,
    ) -> None:
        self._open = open_platform
        self._shop_api = shop_api
        self._clock = clock

    def __call__(self, *, shop_id: int, order_id: int) -> None:
        """Fetch, then store. An order that Shopify does not have, or that is too old to read, stays as it is."""
        order = fetch_order(self._shop_api(ShopId(shop_id)), OrderId(order_id))
        if order is None:
            return
        body = msgspec.json.encode(order, order="sorted")
        digest = sha256(body).digest()
        with self._open() as session, session.begin():
            domain = shops.contexts_by_id(session, [shop_id])[shop_id].domain
            delivery = Delivery(
                shop_domain=domain,
                topic=REREAD_TOPIC,
                webhook_id=f"reread/{order_id}/{digest.hex()[:32]}",
                event_id=None,
                source=Source.REREAD,
                api_version=None,
                triggered_at=self._clock.now(),
                body=body,
                body_sha256=digest,
            )
            inbox.feed(session, [delivery])
