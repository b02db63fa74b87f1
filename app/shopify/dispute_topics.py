"""The webhooks about disputes. shopify.app.toml cannot list them: they need a scope that not every shop grants."""

from app.shopify.admin_api import ShopAPI

SCOPE = "read_shopify_payments_disputes"
TOPICS = ("DISPUTES_CREATE", "DISPUTES_UPDATE")


def listen(api: ShopAPI, uri: str) -> list[str]:
    """Subscribe the address to both topics; returns those that were not subscribed yet. Safe to run again.

    A subscription made by the Admin API is deleted after 8 failed deliveries in a row, so asking again mends
    it. Raises what ShopAPI.execute raises.
    """
    there = api.execute("webhook_subscriptions", {"topics": list(TOPICS)})["webhookSubscriptions"]["nodes"]
    held = {one["topic"] for one in there if one["uri"] == uri}
    missing = [topic for topic in TOPICS if topic not in held]
    for topic in missing:
        api.execute("webhook_subscribe", {"topic": topic, "uri": uri})
    return missing
