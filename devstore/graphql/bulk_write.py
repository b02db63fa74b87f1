"""The file of a bulk query: one line an object; rows of inner connections follow their parent and name it."""

import json
import tempfile
import weakref
from collections.abc import Callable, Iterator
from typing import IO, Any

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode

from devstore.bulk_model import BulkOperation
from devstore.graphql.context import QUERIES, Context, Node
from devstore.graphql.errors import missing
from devstore.graphql.order_nodes import order_node
from devstore.graphql.project import Planner
from devstore.graphql.schema import schema
from devstore.history import repeated


def write(context: Context, operation: BulkOperation, document: DocumentNode) -> None:
    """Run the query into the operation's file. Raises GraphQLError for what it may not or cannot read."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the operation
    weakref.finalize(operation, file.close)
    operation.file = file
    for group in _groups(context, document):
        operation.root_count += 1
        operation.object_count += group.count(b"\n")
        operation.root_starts.append(operation.size)
        operation.size += file.write(group)
    file.flush()


def cut(operation: BulkOperation) -> None:
    """Leave the first half of the objects: what Shopify had written when it gave up."""
    if operation.file is None:
        return
    wanted, operation.size = operation.object_count // 2, 0
    operation.file.seek(0)
    for line in operation.file:
        if wanted == 0:
            break
        wanted, operation.size = wanted - 1, operation.size + len(line)
    operation.object_count //= 2
    operation.root_count = sum(1 for start in operation.root_starts if start < operation.size)


def _groups(context: Context, document: DocumentNode) -> Iterator[bytes]:
    """Each root object with its children, as lines."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    planner = Planner(schema(), context.scopes, fragments)
    (operation,) = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    for one in operation.selection_set.selections:
        if not isinstance(one, FieldNode):
            raise missing("fragments at the root of a bulk query")
        yield from _rows_of(context, planner, one)


def _rows_of(context: Context, planner: Planner, one: FieldNode) -> Iterator[bytes]:
    name = one.name.value
    if name not in QUERIES:
        raise missing(f"Query.{name}")
    root = schema().query_type
    assert root is not None  # noqa: S101  # the schema is Shopify's own
    step = planner.step(one, root)
    with context.state.lock:
        page = QUERIES[name](context, **step.arguments)
    if step.inner is None or not _is_page(page):
        raise missing(f"{name} in bulk")
    read = step.inner.read
    for edge in page["edges"]:
        with context.state.lock:
            yield _root(read, edge["node"])
    if name == "orders" and context.shop.history is not None:
        yield from repeated(context.shop, context.shop.history, lambda o: _root(read, order_node(context, o)))


def _root(read: Callable[[Node], Node], node: Node) -> bytes:
    (row,) = _rows(read({"edges": [{"node": node}], "nodes": [node]}))
    return _lines(row, None)


def _lines(node: Node, parent: str | None) -> bytes:
    plain = {key: value for key, value in node.items() if not _is_page(value)}
    if parent is not None:
        plain["__parentId"] = parent
    own = json.dumps(plain, separators=(",", ":")).encode() + b"\n"
    inner = [_lines(row, node["id"]) for value in node.values() if _is_page(value) for row in _rows(value)]
    return b"".join([own, *inner])


def _is_page(value: Any) -> bool:
    return isinstance(value, dict) and ("edges" in value or "nodes" in value)


def _rows(page: Node) -> list[Node]:
    return list(page["nodes"]) if "nodes" in page else [edge["node"] for edge in page["edges"]]


def error_code(error: GraphQLError) -> str:
    """Shopify's code for why a bulk query failed."""
    code = (error.extensions or {}).get("code")
    return "ACCESS_DENIED" if code == "ACCESS_DENIED" else "INTERNAL_SERVER_ERROR"
