"""webhookSubscriptions made by the Admin API (those of shopify.app.toml are not listed, as at Shopify)."""

from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.access import has
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, mutation, number_of, query
from devstore.graphql.errors import missing
from devstore.graphql.schema import VERSION
from devstore.state import Subscription

SCOPES = {
    "CUSTOMERS_CREATE": "read_customers",
    "DISPUTES_CREATE": "read_shopify_payments_disputes",
    "DISPUTES_UPDATE": "read_shopify_payments_disputes",
}
"""Topics whose scope the app does not always have."""


@query("webhookSubscriptions")
def subscriptions(context: Context, **arguments: Any) -> Node:
    """The app's own on this shop."""
    for unsupported in ("callbackUrl", "query", "uri"):
        if arguments.get(unsupported) is not None:
            raise missing(f"webhookSubscriptions by {unsupported}")
    wanted = arguments.get("topics")
    mine = [s for s in context.state.subscriptions if s.shop_domain == context.shop.domain]
    shown = [s for s in mine if not wanted or enum_of(s.topic) in wanted]
    return connection(context, shown, lambda s: _node(context, s), arguments, key=lambda s: (s.id,))


@mutation("webhookSubscriptionCreate")
def create(context: Context, topic: str, webhookSubscription: dict[str, Any]) -> Node:  # noqa: N803
    """Subscribe an address to a topic."""
    given = webhookSubscription
    for unsupported in ("filter", "metafieldNamespaces", "metafields", "payloadQuery"):
        if given.get(unsupported):
            raise missing(f"WebhookSubscriptionInput.{unsupported}")
    uri = given.get("uri") or given.get("callbackUrl")
    scope = SCOPES.get(topic)
    if scope is not None and not has(context.scopes, scope):
        what = topic_of(topic)
        return _refused(
            ["topic"], f"You do not have permission to create or update webhooks with {what} topic"
        )
    if not uri:
        return _refused(["webhookSubscription", "uri"], "Address can't be blank")
    if any(_same(s, context, topic, uri) for s in context.state.subscriptions):
        return _refused(["webhookSubscription", "uri"], "Address for this topic has already been taken")
    made = Subscription(
        topic=topic_of(topic),
        uri=uri,
        name=given.get("name"),
        include_fields=tuple(given.get("includeFields") or ()),
        id=context.state.next_id("WebhookSubscription"),
        shop_domain=context.shop.domain,
    )
    context.state.subscriptions.append(made)
    return {"webhookSubscription": _node(context, made), "userErrors": []}


@mutation("webhookSubscriptionDelete")
def delete(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """End a subscription."""
    number = number_of(id, "WebhookSubscription")
    left = [s for s in context.state.subscriptions if s.id != number]
    if number is None or len(left) == len(context.state.subscriptions):
        problem = {"field": ["id"], "message": "Webhook subscription does not exist"}
        return {"deletedWebhookSubscriptionId": None, "userErrors": [problem]}
    context.state.subscriptions = left
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


def topic_of(enum: str) -> str:
    """ORDERS_CREATE -> orders/create; the last word is the action, but for a few."""
    for special in ("BULK_OPERATIONS_FINISH", "APP_SCOPES_UPDATE", "DISCOUNTS_REDEEMCODE_ADDED",
                    "DISCOUNTS_REDEEMCODE_REMOVED", "ORDERS_PARTIALLY_FULFILLED"):  # fmt: skip
        if enum == special:
            cut = {"BULK": "bulk_operations"}.get(
                enum.split("_", maxsplit=1)[0], enum.split("_", maxsplit=1)[0].lower()
            )
            return f"{cut}/{enum.lower().removeprefix(cut + '_')}"
    head, _, tail = enum.lower().rpartition("_")
    return f"{head}/{tail}"


def enum_of(topic: str) -> str:
    """orders/create -> ORDERS_CREATE."""
    return topic.replace("/", "_").upper()


def _same(one: Subscription, context: Context, topic: str, uri: str) -> bool:
    return (one.shop_domain, one.topic, one.uri) == (context.shop.domain, topic_of(topic), uri)


def _node(context: Context, one: Subscription) -> Node:
    now = rfc3339(context.state.now)
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", one.id or 0),
        "topic": enum_of(one.topic),
        "uri": one.uri,
        "format": "JSON",
        "filter": None,
        "includeFields": list(one.include_fields),
        "metafieldNamespaces": [],
        "name": one.name,
        "apiVersion": {"handle": VERSION, "displayName": VERSION, "supported": True},
        "createdAt": now,
        "updatedAt": now,
    }


def _refused(field: list[str], message: str) -> Node:
    return {"webhookSubscription": None, "userErrors": [{"field": field, "message": message}]}
