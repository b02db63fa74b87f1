"""Hear of disputes and new accounts once the merchant has granted the scope for it. A job, queued by app/scopes_update."""

from collections.abc import Callable
from dataclasses import dataclass

from app.db.session import ShopSession
from app.kernel.ids import ShopId
from app.shopify.admin_api import ShopAPI
from app.shopify.optional_topics import listen, open_topics
from app.shops import store as shops

JOB = "shop.listen"
ADDRESS = "/webhooks/shopify"


@dataclass(frozen=True)
class ListenToTopics:
    """The job's handler. Looks first what is subscribed, so it may run again."""

    open_session: Callable[[ShopId], ShopSession]
    shop_api: Callable[[ShopId], ShopAPI]
    url: str
    """Where this installation answers."""

    def __call__(self, *, shop_id: int) -> None:
        """Subscribe what is missing of what is granted. Raises what ShopAPI.execute raises."""
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            topics = open_topics(shops.get(session, ShopId(shop_id)).scopes)
        if topics:
            listen(self.shop_api(ShopId(shop_id)), self.url.rstrip("/") + ADDRESS, topics)
