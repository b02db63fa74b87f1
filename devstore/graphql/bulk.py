"""Bulk queries: begun, looked at, cancelled. They come to an end after some looks (switch bulk_polls), or by control."""

from typing import Any

from graphql import DocumentNode, GraphQLError

from devstore.bulk_model import BulkOperation
from devstore.clock import rfc3339
from devstore.graphql import bulk_rules, bulk_write
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, mutation, node_type, number_of, query
from devstore.graphql.search import matching
from devstore.model import Shop
from devstore.payloads.shop import bulk_body
from devstore.state import State

UNFINISHED = {"CREATED", "RUNNING", "CANCELING"}
MOST_AT_ONCE = 5
"""Bulk queries of one app on one shop. Source: shopify.dev, bulk operations, since 2026-01."""
SORT = {
    "CREATED_AT": lambda one: (rfc3339(one.created_at), one.id),
    "COMPLETED_AT": lambda one: (rfc3339(one.completed_at) if one.completed_at else "9", one.id),
}
SEARCH = {
    "id": lambda one: one.id,
    "status": lambda one: one.status,
    "created_at": lambda one: one.created_at,
    "operation_type": lambda _: "QUERY",
}


@mutation("bulkOperationRunQuery")
def run_query(context: Context, query: str, groupObjects: bool = False) -> Node:  # noqa: FBT001, FBT002, N803  # Shopify's names
    """Begin one. Without groupObjects Shopify promises no order of children; here it refuses nothing and groups."""
    del groupObjects
    from devstore.graphql.engine import checked

    running = [one for one in context.shop.bulk_operations.values() if one.status in UNFINISHED]
    if len(running) >= MOST_AT_ONCE:
        return _refused("LIMIT_REACHED", f"{MOST_AT_ONCE} bulk queries of this app and shop are in progress.")
    document = checked(query)
    why = str(document[0].message) if isinstance(document, list) else bulk_rules.problem(document)
    if why is not None:
        return _refused("INVALID", f"Invalid bulk query: {why}")
    operation = _begun(context.state, context.shop, query)
    if operation.polls_left == 0:
        finish(context, operation)
    return {"bulkOperation": _node(context, operation), "userErrors": []}


def _begun(state: State, shop: Shop, text: str) -> BulkOperation:
    switches = state.switches.api
    operation = BulkOperation(state.next_id("BulkOperation"), text, state.now, switches.bulk_polls)
    if switches.bulk_fail_next > 0:
        switches.bulk_fail_next -= 1
        operation.ends_as = switches.bulk_fail_as
    shop.bulk_operations[operation.id] = operation
    return operation


@mutation("bulkOperationCancel")
def cancel(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """Ask it to stop: it is CANCELING until it is looked at, and leaves what it had."""
    number = number_of(id, "BulkOperation")
    operation = context.shop.bulk_operations.get(number or 0)
    if operation is None:
        return _not_cancelled("Bulk operation does not exist")
    if operation.status not in UNFINISHED:
        return _not_cancelled(f"A bulk operation cannot be canceled when it is {operation.status.lower()}")
    operation.status, operation.ends_as, operation.polls_left = "CANCELING", "CANCELED", 0
    return {"bulkOperation": _node(context, operation), "userErrors": []}


@query("bulkOperation")
def bulk_operation(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """How far it is. Looking at it brings it forward."""
    number = number_of(id, "BulkOperation")
    operation = context.shop.bulk_operations.get(number or 0)
    if operation is None:
        return None
    if operation.status in UNFINISHED:
        operation.polls_left -= 1
        if operation.status == "CREATED":
            operation.status = "RUNNING"
        if operation.polls_left <= 0:
            finish(context, operation)
    return _node(context, operation)


@node_type("BulkOperation")
def find_operation(context: Context, number: int) -> Node | None:
    """As it stands, without bringing it forward."""
    operation = context.shop.bulk_operations.get(number)
    return None if operation is None else _node(context, operation)


@query("bulkOperations")
def bulk_operations(context: Context, **arguments: Any) -> Node:
    """All of the app's on this shop."""
    rows = matching(
        context.shop.bulk_operations.values(), arguments.get("query"), SEARCH, free=lambda one: one.query
    )
    key = SORT[arguments.get("sortKey", "CREATED_AT")]
    return connection(context, rows, lambda one: _node(context, one), arguments, key=key)


def finish(context: Context, operation: BulkOperation) -> None:
    """Run the query, write its lines, say how it ended. Emits bulk_operations/finish."""
    from devstore.graphql.engine import checked

    whole = Context(context.state, context.shop, context.scopes, context.base_url, unlimited=True)
    document = checked(operation.query)
    if not isinstance(document, DocumentNode):
        raise document[0]
    operation.status = operation.ends_as
    try:
        bulk_write.write(whole, operation, document)
    except GraphQLError as error:
        operation.status, operation.error_code = "FAILED", bulk_write.error_code(error)
    operation.completed_at = context.state.now
    if operation.ends_as != "COMPLETED":
        bulk_write.cut(operation)
        failed = operation.ends_as == "FAILED"
        operation.error_code = context.state.switches.api.bulk_fail_code if failed else None
    with context.state.acting():
        context.state.emit(context.shop, "bulk_operations/finish", lambda: bulk_body(operation))


def finish_all(state: State, shop: Shop, base_url: str) -> list[BulkOperation]:
    """Bring every unfinished one to its end, as time does; for control."""
    scopes = frozenset(shop.install.scopes) if shop.install else frozenset()
    ended = [one for one in shop.bulk_operations.values() if one.status in UNFINISHED]
    for one in ended:
        finish(Context(state, shop, scopes, base_url, unlimited=True), one)
    return ended


def _node(context: Context, one: BulkOperation) -> Node:
    address = f"{context.base_url}/_bulk/{context.shop.domain}/{one.id}.jsonl"
    done = one.status == "COMPLETED"
    over = one.status not in UNFINISHED
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", one.id),
        "status": one.status,
        "errorCode": one.error_code,
        "type": "QUERY",
        "query": one.query,
        "objectCount": str(one.object_count),
        "rootObjectCount": str(one.root_count),
        "fileSize": str(one.size) if done else None,
        # Shopify gives no file for an empty answer.
        "url": address if done and one.size else None,
        "partialDataUrl": address if over and not done and one.size else None,
        "createdAt": rfc3339(one.created_at),
        "completedAt": None if one.completed_at is None else rfc3339(one.completed_at),
    }


def _refused(code: str, message: str) -> Node:
    return {"bulkOperation": None, "userErrors": [{"field": ["query"], "code": code, "message": message}]}


def _not_cancelled(message: str) -> Node:
    return {"bulkOperation": None, "userErrors": [{"field": ["id"], "message": message}]}
