"""The order document as a bulk query asks for it: made from the one file, so that both ways read the same order.

A bulk query has no pages, so its connections are edges and their arguments fall away; and it admits no
connection inside a list, so of a refund only the id is asked for. Source: shopify.dev, bulk queries, 2026-10.
"""

import re

from app.kernel.errors import NotFound
from app.shopify.documents import load

_CONNECTION = re.compile(r"(\w+)\(first: \d+(?:, after: \$after)?\) \{\s*nodes (?=\{)")
_REFUNDS = re.compile(r"\brefunds\(first: \d+\) (?=\{)")
_ORDER = re.compile(r"\border\(id: \$id\) (?=\{)")


class NotForBulk(NotFound):
    """The order document does not have the form that this module knows."""

    def __init__(self, what: str) -> None:
        super().__init__(f"order_for_commission.graphql cannot be asked for in bulk: it has no {what}.")


def orders_in_bulk(name: str, wanted: str) -> str:
    """The bulk query of that name for all orders that the search text admits."""
    text = load("order_for_commission").text
    found = _ORDER.search(text)
    if found is None:
        raise NotForBulk("order(id: $id)")
    ends = _block_end(text, found.end())
    fragments = text[_block_end(text, text.index("{")) :]
    order = _without_refund_lines(text[found.end() : ends])
    root = f'query {name} {{ orders(query: "{wanted}") {{ edges {{ node {_as_edges(order)} }} }} }}'
    return f"{root}\n{_as_edges(fragments)}"


def _without_refund_lines(order: str) -> str:
    found = _REFUNDS.search(order)
    if found is None:
        raise NotForBulk("refunds")
    return f"{order[: found.start()]}refunds {{ id }}{order[_block_end(order, found.end()) :]}"


def _as_edges(text: str) -> str:
    """Every page of nodes as edges, without its arguments and its pageInfo."""
    found = _CONNECTION.search(text)
    if found is None:
        return text
    nodes_end = _block_end(text, found.end())
    connection_end = _block_end(text, text.index("{", found.start()))
    nodes = _as_edges(text[found.end() : nodes_end])
    rest = _as_edges(text[connection_end:])
    return f"{text[: found.start()]}{found[1]} {{ edges {{ node {nodes} }} }}{rest}"


def _block_end(text: str, start: int) -> int:
    """Where the block ends that opens at `start`; its braces stand outside of any text."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise NotForBulk("balanced braces")
