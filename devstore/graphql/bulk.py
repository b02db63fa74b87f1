"""bulkOperationRunQuery: the query is run at once, its JSONL answer shown after some looks (switch bulk_polls)."""

import json
from typing import Any

from graphql import GraphQLError

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, mutation, node_type, number_of, query
from devstore.model import BulkOperation
from devstore.payloads.shop import bulk_body

UNFINISHED = {"CREATED", "RUNNING"}


@mutation("bulkOperationRunQuery")
def run_query(context: Context, query: str, groupObjects: bool = False) -> Node:  # noqa: ARG001, FBT001, FBT002, N803
    """Start one; a shop has room for one unfinished bulk query of an app."""
    from devstore.graphql.engine import checked

    if any(one.status in UNFINISHED for one in context.shop.bulk_operations.values()):
        return _refused(
            "OPERATION_IN_PROGRESS", "A bulk query operation for this app and shop is already in progress."
        )
    document = checked(query)
    if isinstance(document, list):
        return _refused("INVALID", f"Invalid bulk query: {document[0].message}")
    state = context.state
    operation = BulkOperation(state.next_id("BulkOperation"), query, state.now, state.switches.api.bulk_polls)
    if state.switches.api.bulk_fail_next > 0:
        state.switches.api.bulk_fail_next -= 1
        operation.fail_half_way = True
    context.shop.bulk_operations[operation.id] = operation
    if operation.polls_left == 0:
        finish(context, operation)
    return {"bulkOperation": _node(context, operation), "userErrors": []}


@query("bulkOperation")
def bulk_operation(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """How far it is. Looking at it brings it forward."""
    number = number_of(id, "BulkOperation")
    operation = context.shop.bulk_operations.get(number or 0)
    if operation is None:
        return None
    if operation.status in UNFINISHED:
        operation.status = "RUNNING"
        operation.polls_left -= 1
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
    rows = context.shop.bulk_operations.values()
    return connection(context, rows, lambda one: _node(context, one), arguments, key=lambda one: (one.id,))


def finish(context: Context, operation: BulkOperation) -> None:
    """Run the query and write its lines. Emits bulk_operations/finish."""
    from devstore.graphql.engine import checked, run

    whole = Context(context.state, context.shop, context.scopes, context.base_url, unlimited=True)
    document = checked(operation.query)
    if isinstance(document, list):
        raise document[0]
    result = run(whole, document, {}, None)
    operation.completed_at = context.state.now
    if result.errors:
        operation.status, operation.error_code = "FAILED", _error_code(result.errors)
    else:
        operation.lines, operation.root_count = jsonl(result.data or {})
        operation.status = "COMPLETED"
    if operation.fail_half_way:
        operation.lines = operation.lines[: len(operation.lines) // 2]
        operation.status, operation.error_code = "FAILED", "INTERNAL_SERVER_ERROR"
    with context.state.acting():
        context.state.emit(context.shop, "bulk_operations/finish", lambda: bulk_body(operation))


def jsonl(data: dict[str, Any]) -> tuple[list[str], int]:
    """One line an object; rows of inner connections follow their parent and name it in __parentId."""
    lines: list[str] = []
    roots = 0
    for value in data.values():
        for node in _rows(value):
            roots += 1
            _write(lines, node, None)
    return lines, roots


def _write(lines: list[str], node: dict[str, Any], parent: str | None) -> None:
    plain = {key: value for key, value in node.items() if not _is_connection(value)}
    lines.append(
        json.dumps(plain | ({} if parent is None else {"__parentId": parent}), separators=(",", ":"))
    )
    for value in node.values():
        if _is_connection(value):
            for row in _rows(value):
                _write(lines, row, node["id"])


def _is_connection(value: Any) -> bool:
    return isinstance(value, dict) and ("edges" in value or "nodes" in value)


def _rows(value: Any) -> list[dict[str, Any]]:
    if not _is_connection(value):
        return []
    return list(value["nodes"]) if "nodes" in value else [edge["node"] for edge in value["edges"]]


def _error_code(errors: list[GraphQLError]) -> str:
    codes = {(error.extensions or {}).get("code") for error in errors}
    return "ACCESS_DENIED" if "ACCESS_DENIED" in codes else "INTERNAL_SERVER_ERROR"


def _node(context: Context, one: BulkOperation) -> Node:
    address = f"{context.base_url}/_bulk/{context.shop.domain}/{one.id}.jsonl"
    done = one.status == "COMPLETED"
    size = sum(len(line.encode()) + 1 for line in one.lines)
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", one.id),
        "status": one.status,
        "errorCode": one.error_code,
        "type": "QUERY",
        "query": one.query,
        "objectCount": str(len(one.lines)),
        "rootObjectCount": str(one.root_count),
        "fileSize": str(size) if done else None,
        # Shopify gives no file for an empty answer.
        "url": address if done and one.lines else None,
        "partialDataUrl": address if one.status == "FAILED" and one.lines else None,
        "createdAt": rfc3339(one.created_at),
        "completedAt": None if one.completed_at is None else rfc3339(one.completed_at),
    }


def _refused(code: str, message: str) -> Node:
    return {"bulkOperation": None, "userErrors": [{"field": ["query"], "code": code, "message": message}]}
