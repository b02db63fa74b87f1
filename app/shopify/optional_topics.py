"""Webhooks that shopify.app.toml cannot list: they need a scope that not every shop grants."""

from collections.abc import Collection

from app.shopify.admin_api import ShopAPI

DISPUTES = "read_shopify_payments_disputes"
CUSTOMERS = "read_customers"
TOPICS = {
    DISPUTES: ("DISPUTES_CREATE", "DISPUTES_UPDATE"),
    CUSTOMERS: ("CUSTOMERS_CREATE",),
}
"""By the scope that lets an app hear of them."""


def open_topics(granted: Collection[str]) -> list[str]:
    """What may be heard of with these scopes; one that writes reads, too."""
    return [
        topic
        for scope, topics in TOPICS.items()
        if scope in granted or scope.replace("read_", "write_", 1) in granted
        for topic in topics
    ]


def listen(api: ShopAPI, uri: str, topics: Collection[str]) -> list[str]:
    """Subscribe the address to these topics; returns those that were not subscribed yet. Safe to run again.

    A subscription made by the Admin API is deleted after 8 failed deliveries in a row, so asking again mends
    it. Raises what ShopAPI.execute raises.
    """
    there = api.execute("webhook_subscriptions", {"topics": list(topics)})["webhookSubscriptions"]["nodes"]
    held = {one["topic"] for one in there if one["uri"] == uri}
    missing = [topic for topic in topics if topic not in held]
    for topic in missing:
        api.execute("webhook_subscribe", {"topic": topic, "uri": uri})
    return missing
