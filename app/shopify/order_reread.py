"""One order asked for again: the answer that repairs what a webhook said late, in part or not at all.

Jobs call it (no HTTP in an event's handler); the answer enters the inbox as an event of source `reread`.
"""

from typing import Any

from app.kernel.errors import Retriable
from app.kernel.ids import OrderId
from app.shopify.admin_api import ShopAPI

_TRIES = 3


class OrderKeepsChanging(Retriable):
    """The order changed between two pages of it, again and again."""

    def __init__(self, gid: str) -> None:
        super().__init__(f"{gid} changed while it was being read; it will be read again.", after_seconds=30)


def gid_of(order_id: OrderId) -> str:
    """Shopify's global id of the order."""
    return f"gid://shopify/Order/{order_id}"


def fetch_order(api: ShopAPI, order_id: OrderId) -> dict[str, Any] | None:
    """The order with all of its lines and refunds, in the shape of order_for_commission.graphql.

    One version of it: when it changes between two pages, reading begins again. The customer is left
    out: it would need a scope of its own, and the webhooks have said who it is. None: there is no such
    order, or it is older than we may read. Raises OrderKeepsChanging and what ShopAPI.execute raises.
    """
    gid = gid_of(order_id)
    for _ in range(_TRIES):
        order = _page(api, gid, None)
        if order is None:
            return None
        if _complete_lines(api, gid, order):
            _complete_refunds(api, order)
            return order
    raise OrderKeepsChanging(gid)


def _page(api: ShopAPI, gid: str, after: str | None) -> dict[str, Any] | None:
    order: dict[str, Any] | None = api.execute("order_for_commission", {"id": gid, "after": after})["order"]
    return order


def _complete_lines(api: ShopAPI, gid: str, order: dict[str, Any]) -> bool:
    """Put the lines of all pages into the first; False when a page belongs to another version."""
    lines, info = order["lineItems"]["nodes"], order["lineItems"].pop("pageInfo")
    while info["hasNextPage"]:
        page = _page(api, gid, info["endCursor"])
        if page is None or page["updatedAt"] != order["updatedAt"]:
            return False
        lines += page["lineItems"]["nodes"]
        info = page["lineItems"]["pageInfo"]
    return True


def _complete_refunds(api: ShopAPI, order: dict[str, Any]) -> None:
    """A refund never changes, so its further pages cannot belong to another version."""
    for refund in order["refunds"]:
        first = refund["refundLineItems"]
        info = first.pop("pageInfo")
        while info["hasNextPage"]:
            more = api.execute("refund_lines", {"id": refund["id"], "after": info["endCursor"]})
            page = more["node"]["refundLineItems"]
            first["nodes"] += page["nodes"]
            info = page["pageInfo"]
