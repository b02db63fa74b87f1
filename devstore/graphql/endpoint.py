"""POST /admin/api/<version>/graphql.json: token, version, cost, errors, answer."""

import time
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, GraphQLError

from devstore.graphql import (
    bulk,
    collections,
    discount_kinds,
    discounts,
    metafields,
    orders,
    products,
    rewards,
    shop_fields,
    subscriptions,
)
from devstore.graphql.context import Context
from devstore.graphql.cost import DEAREST_QUERY, Bucket, requested
from devstore.graphql.engine import checked, run
from devstore.graphql.schema import VERSION, schema
from devstore.model import Shop
from devstore.oauth import valid_token
from devstore.state import State

RESOLVERS = (
    bulk,
    collections,
    discount_kinds,
    discounts,
    metafields,
    orders,
    products,
    rewards,
    shop_fields,
    subscriptions,
)
KNOWN_VERSIONS = {"2026-01", "2026-04", "2026-07", VERSION}
UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"


@dataclass
class Answer:
    """Status, JSON body, headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """The connection breaks instead; what happened has happened."""


class AdminApi:
    """The endpoint with its buckets, one per shop."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.buckets: dict[str, Bucket] = {}
        self.calls = 0

    def answer(self, shop: Shop, version: str, token: str, body: Any, base_url: str) -> Answer:
        """One call. Every refusal is as Shopify phrases it."""
        self.calls += 1
        broken = self._broken()
        if broken is not None:
            return broken
        found = valid_token(self.state, shop, token)
        if found is None:
            return Answer(401, {"errors": UNAUTHORIZED})
        if version not in KNOWN_VERSIONS:
            return Answer(404, {"errors": "Not Found"})
        text = body.get("query") if isinstance(body, dict) else None
        if not isinstance(text, str):
            return Answer(400, {"errors": {"query": "Required parameter missing or invalid"}})
        headers = {"X-Shopify-API-Version": VERSION}
        context = Context(self.state, shop, found.scopes, base_url)
        is_change = text.lstrip().startswith("mutation")
        if is_change and self._use("cut_before_next"):
            return Answer(500, {}, cut=True)
        answered = self._run(context, text, body)
        return Answer(200, answered, headers, cut=is_change and self._use("cut_after_next"))

    def _use(self, switch: str) -> bool:
        """Whether this call is one of those that a switch counts; it counts down."""
        with self.state.lock:
            left: int = getattr(self.state.switches.api, switch)
            setattr(self.state.switches.api, switch, max(0, left - 1))
        return left > 0

    def bucket(self, shop: Shop) -> Bucket:
        """The shop's bucket, made anew when the switches changed its size."""
        switches = self.state.switches.api
        held = self.buckets.get(shop.domain)
        if held is None or (held.size, held.rate) != (switches.bucket_size, switches.restore_rate):
            held = self.buckets[shop.domain] = Bucket(switches.bucket_size, switches.restore_rate)
        return held

    def _broken(self) -> Answer | None:
        switches = self.state.switches.api
        if switches.fail_next <= 0:
            return None
        switches.fail_next -= 1
        if switches.fail_with == "timeout":
            time.sleep(switches.hang_seconds)
            return Answer(504, {"errors": "Gateway Timeout"})
        status = int(switches.fail_with)
        return Answer(status, {"errors": "Internal Server Error" if status == 500 else "Bad Gateway"})  # noqa: PLR2004

    def _run(self, context: Context, text: str, body: dict[str, Any]) -> dict[str, Any]:
        document = checked(text)
        if isinstance(document, list):
            return {"errors": [_shown(error) for error in document]}
        variables = body.get("variables") or {}
        cost = requested(schema(), document, variables)
        if cost > DEAREST_QUERY:
            return {"errors": [_too_dear(cost)]}
        with self.state.lock:
            bucket = self.bucket(context.shop)
            if not self._paid(bucket, cost):
                return {"errors": [THROTTLED], "extensions": {"cost": _cost(cost, None, bucket)}}
        return self._executed(context, document, body, cost)

    def _paid(self, bucket: Bucket, cost: int) -> bool:
        switches = self.state.switches.api
        if switches.throttle_next > 0:
            switches.throttle_next -= 1
            return False
        return bucket.take(cost)

    def _executed(
        self, context: Context, document: DocumentNode, body: dict[str, Any], cost: int
    ) -> dict[str, Any]:
        result = run(context, document, body.get("variables") or {}, body.get("operationName"))
        with self.state.lock:
            bucket = self.bucket(context.shop)
            actual = min(cost, max(1, context.objects))
            bucket.give_back(cost - actual)
            answer: dict[str, Any] = {"data": result.data} if result.data is not None else {}
            if result.errors:
                answer["errors"] = [_shown(error) for error in result.errors]
            return answer | {"extensions": {"cost": _cost(cost, actual, bucket)}}


THROTTLED = {
    "message": "Throttled",
    "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
}


def _cost(asked: int, actual: int | None, bucket: Bucket) -> dict[str, Any]:
    return {
        "requestedQueryCost": asked,
        "actualQueryCost": actual,
        "throttleStatus": bucket.status(),
    }


def _too_dear(cost: int) -> dict[str, Any]:
    return {
        "message": f"Query cost is {cost}, which exceeds the single query max cost limit ({DEAREST_QUERY}).",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": DEAREST_QUERY},
    }


def _shown(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    original = error.original_error
    if original is not None and not isinstance(original, GraphQLError):
        # A fault of the devstore itself: name it, so that a test does not look for it in the app.
        shown["message"] = f"devstore fault: {type(original).__name__}: {original}"
        shown["extensions"] = {"code": "INTERNAL_SERVER_ERROR"}
    return shown
