"""Hear of disputes once the merchant has granted the scope for it. A job, queued by app/scopes_update."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.ids import ShopId
from app.shopify.admin_api import ShopAPI
from app.shopify.dispute_topics import listen

JOB = "shop.listen_to_disputes"
ADDRESS = "/webhooks/shopify"


@dataclass(frozen=True)
class ListenToDisputes:
    """The job's handler. Looks first what is subscribed, so it may run again."""

    shop_api: Callable[[ShopId], ShopAPI]
    url: str
    """Where this installation answers."""

    def __call__(self, *, shop_id: int) -> None:
        """Subscribe what is missing. Raises what ShopAPI.execute raises."""
        listen(self.shop_api(ShopId(shop_id)), self.url.rstrip("/") + ADDRESS)
