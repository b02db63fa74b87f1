"""Cursor pagination: forward, at most 250 a page. A cursor is a position in the sort order, not a row number."""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from devstore.graphql.context import Context, Node
from devstore.graphql.errors import bad_request, missing

LARGEST_PAGE = 250
T = TypeVar("T")


def connection(
    context: Context,
    items: Iterable[T],
    build: Callable[[T], Node],
    arguments: dict[str, Any],
    *,
    key: Callable[[T], tuple[Any, ...]] | None = None,
) -> Node:
    """A page of items. With a key they are sorted by it (reverse: backwards); without, their order is kept."""
    rows = _sorted(items, key, reverse=bool(arguments.get("reverse")))
    after = arguments.get("after")
    if after is not None:
        rows = _behind(rows, _decode(after), reverse=bool(arguments.get("reverse")))
    size = _size(context, arguments, len(rows))
    page, more = rows[:size], len(rows) > size
    edges = [{"cursor": _encode(place), "node": build(item)} for place, item in page]
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _sorted(
    items: Iterable[T], key: Callable[[T], tuple[Any, ...]] | None, *, reverse: bool
) -> list[tuple[tuple[Any, ...], T]]:
    if key is None:
        rows: list[tuple[tuple[Any, ...], T]] = [((number,), item) for number, item in enumerate(items)]
    else:
        rows = [(key(item), item) for item in items]
    return sorted(rows, key=lambda row: row[0], reverse=reverse)


def _behind(
    rows: list[tuple[tuple[Any, ...], T]], place: tuple[Any, ...], *, reverse: bool
) -> list[tuple[tuple[Any, ...], T]]:
    return [row for row in rows if (row[0] < place if reverse else row[0] > place)]


def _size(context: Context, arguments: dict[str, Any], all_of_them: int) -> int:
    for unsupported in ("last", "before"):
        if arguments.get(unsupported) is not None:
            raise missing(f"backward pagination ({unsupported})")
    first = arguments.get("first")
    if first is None:
        if context.unlimited:
            return all_of_them
        raise bad_request("you must provide one of first or last")
    if not 0 < first <= LARGEST_PAGE:
        raise bad_request(f"first: {first} must be between 1 and {LARGEST_PAGE}")
    return int(first)


def _encode(place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _decode(cursor: str) -> tuple[Any, ...]:
    try:
        return tuple(json.loads(base64.urlsafe_b64decode(cursor)))
    except ValueError as problem:
        raise bad_request(f"'{cursor}' is not a valid cursor") from problem
