"""order, orders, customers by id: search, sort, pages, and the 60-day fence of read_orders."""

from datetime import timedelta
from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.access import has
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, node_type, number_of, query
from devstore.graphql.errors import missing
from devstore.graphql.order_lines import refund_node
from devstore.graphql.order_nodes import customer_node, order_node
from devstore.graphql.search import matching
from devstore.order_model import Order
from devstore.payloads.order import discount_codes
from devstore.totals import Totals

RECENT = timedelta(days=60)
SORT = {
    "ID": lambda o: (o.id,),
    "CREATED_AT": lambda o: (rfc3339(o.created_at), o.id),
    "PROCESSED_AT": lambda o: (rfc3339(o.created_at), o.id),
    "UPDATED_AT": lambda o: (rfc3339(o.updated_at), o.id),
    "ORDER_NUMBER": lambda o: (o.number, o.id),
}
SEARCH = {
    "id": lambda o: o.id,
    "name": lambda o: {o.name, o.name.lstrip("#")},
    "created_at": lambda o: o.created_at,
    "processed_at": lambda o: o.created_at,
    "updated_at": lambda o: o.updated_at,
    "discount_code": lambda o: {listed["code"] for listed in discount_codes(o)},
    "financial_status": lambda o: Totals(o).financial_status,
    "status": lambda o: {"any", _status(o)},
    "source_name": lambda o: o.source_name,
    "tag": lambda o: o.tags,
    "test": lambda o: str(o.test),
    "customer_id": lambda o: o.customer_id or 0,
}


@query("order")
def order(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """One order; null when it is not there or too old for read_orders."""
    number = number_of(id, "Order")
    return None if number is None else find_order(context, number)


@node_type("Order")
def find_order(context: Context, number: int) -> Node | None:
    """The order of this shop, or null."""
    found = context.shop.orders.get(number)
    return None if found is None or not _visible(context, found) else order_node(context, found)


@query("orders")
def orders(context: Context, **arguments: Any) -> Node:
    """Orders by search and page."""
    if arguments.get("savedSearchId") is not None:
        raise missing("saved searches")
    wanted = arguments.get("sortKey", "PROCESSED_AT")
    if wanted not in SORT:
        raise missing(f"orders sorted by {wanted}")
    seen = [one for one in context.shop.orders.values() if _visible(context, one)]
    found = matching(seen, arguments.get("query"), SEARCH, free=lambda o: o.name)
    return connection(context, found, lambda o: order_node(context, o), arguments, key=SORT[wanted])


@node_type("Refund")
def find_refund(context: Context, number: int) -> Node | None:
    """A refund of this shop, or null."""
    for one in context.shop.orders.values():
        for refund in one.refunds:
            if refund.id == number:
                return refund_node(context, one, refund)
    return None


@node_type("Customer")
def find_customer(context: Context, number: int) -> Node | None:
    """A customer of this shop, or null."""
    found = context.shop.customers.get(number)
    return None if found is None else customer_node(context, found)


@query("customer")
def customer(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """One customer by id."""
    number = number_of(id, "Customer")
    return None if number is None else find_customer(context, number)


def _visible(context: Context, one: Order) -> bool:
    if has(context.scopes, "read_all_orders"):
        return True
    return one.created_at >= context.state.now - RECENT


def _status(one: Order) -> str:
    if one.cancelled_at is not None:
        return "cancelled"
    return "closed" if one.closed_at is not None else "open"
