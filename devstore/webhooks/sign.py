"""The headers of a delivery: the classic family and the lower-case one of Events (shopify.md 3.1, 3.4)."""

import base64
import hashlib
import hmac

from devstore.clock import rfc3339
from devstore.state import Event, Subscription


def signature(secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256(secret, raw body))."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def classic(
    event: Event, subscription: Subscription, *, secret: str, version: str, webhook_id: str
) -> dict[str, str]:
    """X-Shopify-*; the name only when the subscription has one."""
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": event.topic,
        "X-Shopify-Hmac-Sha256": signature(secret, event.body),
        "X-Shopify-Shop-Domain": event.shop_domain,
        "X-Shopify-API-Version": version,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": event.event_id,
        "X-Shopify-Triggered-At": rfc3339(event.triggered_at),
    }
    return headers | ({"X-Shopify-Name": subscription.name} if subscription.name else {})


def lower_case(
    event: Event, subscription: Subscription, *, secret: str, version: str, webhook_id: str
) -> dict[str, str]:
    """shopify-*, without an event id; the action is the part after the slash."""
    return {
        "content-type": "application/json",
        "shopify-topic": event.topic,
        "shopify-hmac-sha256": signature(secret, event.body),
        "shopify-shop-domain": event.shop_domain,
        "shopify-api-version": version,
        "shopify-webhook-id": webhook_id,
        "shopify-handle": subscription.name or event.topic.replace("/", "-"),
        "shopify-action": event.topic.rpartition("/")[2],
        "shopify-triggered-at": rfc3339(event.triggered_at),
    }
