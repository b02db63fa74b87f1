"""collections, and collections by id."""

from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, node_type, number_of, query
from devstore.graphql.errors import missing
from devstore.graphql.search import matching
from devstore.model import Collection, Product

SEARCH = {"id": lambda c: c.id, "title": lambda c: c.title, "handle": lambda c: c.handle}
SORT = {"ID": lambda c: (c.id,), "TITLE": lambda c: (c.title, c.id)}


@query("collections")
def collections(context: Context, **arguments: Any) -> Node:
    """Collections by search and page."""
    if arguments.get("savedSearchId") is not None:
        raise missing("saved searches")
    found = matching(
        context.shop.collections.values(), arguments.get("query"), SEARCH, free=lambda c: c.title
    )
    return _page(context, found, arguments)


@query("collection")
def collection(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """One collection by id."""
    number = number_of(id, "Collection")
    return None if number is None else find_collection(context, number)


@node_type("Collection")
def find_collection(context: Context, number: int) -> Node | None:
    """The collection of this shop, or null."""
    found = context.shop.collections.get(number)
    return None if found is None else collection_node(context, found)


def collections_of(context: Context, product: Product, arguments: dict[str, Any]) -> Node:
    """Product.collections: those that hold it."""
    if arguments.get("query") is not None:
        raise missing("a search within the collections of a product")
    return _page(context, [c for c in context.shop.collections.values() if c.holds(product)], arguments)


def _page(context: Context, found: list[Collection], arguments: dict[str, Any]) -> Node:
    wanted = arguments.get("sortKey", "ID")
    if wanted not in SORT:
        raise missing(f"collections sorted by {wanted}")
    return connection(context, found, lambda c: collection_node(context, c), arguments, key=SORT[wanted])


def collection_node(context: Context, one: Collection) -> Node:
    """A collection as GraphQL shows it."""

    def products(**arguments: Any) -> Node:
        from devstore.graphql.products import product_node

        if arguments.get("sortKey", "COLLECTION_DEFAULT") != "COLLECTION_DEFAULT":
            raise missing(f"the products of a collection sorted by {arguments['sortKey']}")
        held = [p for p in context.shop.products.values() if one.holds(p)]
        return connection(context, held, lambda p: product_node(context, p), arguments, key=lambda p: (p.id,))

    return {
        "__typename": "Collection",
        "id": gid("Collection", one.id),
        "legacyResourceId": str(one.id),
        "title": one.title,
        "handle": one.handle,
        "updatedAt": rfc3339(one.updated_at),
        "products": products,
        "hasProduct": lambda id: _has(context, one, id),  # noqa: A006  # Shopify's name
    }


def _has(context: Context, one: Collection, product: str) -> bool:
    found = context.shop.products.get(number_of(product, "Product") or 0)
    return found is not None and one.holds(found)
