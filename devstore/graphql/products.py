"""products, and products and variants by id."""

from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.collections import collections_of
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, node_type, number_of, query
from devstore.graphql.errors import missing
from devstore.graphql.search import matching
from devstore.graphql.values import decimal, money
from devstore.model import Product, Refused, Variant

SEARCH = {
    "id": lambda p: p.id,
    "title": lambda p: p.title,
    "handle": lambda p: p.handle,
    "vendor": lambda p: p.vendor,
    "product_type": lambda p: p.product_type,
    "status": lambda p: p.status,
    "tag": lambda p: p.tags,
    "created_at": lambda p: p.created_at,
}
SORT = {
    "ID": lambda p: (p.id,),
    "RELEVANCE": lambda p: (p.title, p.id),
    "TITLE": lambda p: (p.title, p.id),
    "VENDOR": lambda p: (p.vendor, p.id),
    "PRODUCT_TYPE": lambda p: (p.product_type, p.id),
    "CREATED_AT": lambda p: (rfc3339(p.created_at), p.id),
}


@query("products")
def products(context: Context, **arguments: Any) -> Node:
    """Products by search and page."""
    if arguments.get("savedSearchId") is not None:
        raise missing("saved searches")
    wanted = arguments.get("sortKey", "ID")
    if wanted not in SORT:
        raise missing(f"products sorted by {wanted}")
    found = matching(
        context.shop.products.values(),
        arguments.get("query"),
        SEARCH,
        free=lambda p: f"{p.title} {p.vendor} {p.product_type} {' '.join(p.tags)}",
    )
    return connection(context, found, lambda p: product_node(context, p), arguments, key=SORT[wanted])


@query("product")
def product(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """One product by id."""
    number = number_of(id, "Product")
    return None if number is None else find_product(context, number)


@node_type("Product")
def find_product(context: Context, number: int) -> Node | None:
    """The product of this shop, or null."""
    found = context.shop.products.get(number)
    return None if found is None else product_node(context, found)


@node_type("ProductVariant")
def find_variant(context: Context, number: int) -> Node | None:
    """The variant of this shop, or null."""
    try:
        found, variant = context.shop.variant(number)
    except Refused:
        return None
    return variant_node(context, found, variant)


def product_node(context: Context, one: Product) -> Node:
    """A product as GraphQL shows it. Pictures: none."""
    prices = [variant.price for variant in one.variants]
    currency = context.shop.currency
    return {
        "__typename": "Product",
        "id": gid("Product", one.id),
        "legacyResourceId": str(one.id),
        "title": one.title,
        "handle": one.handle,
        "status": one.status,
        "vendor": one.vendor,
        "productType": one.product_type,
        "tags": one.tags,
        "description": one.description,
        "isGiftCard": one.gift_card,
        "createdAt": rfc3339(one.created_at),
        "updatedAt": rfc3339(one.updated_at or one.created_at),
        "collections": lambda **a: collections_of(context, one, a),
        "inCollection": lambda id: _is_in(context, one, id),  # noqa: A006  # Shopify's name
        "onlineStoreUrl": f"https://{context.shop.domain}/products/{one.handle}",
        "featuredMedia": None,
        "variantsCount": {"count": len(one.variants), "precision": "EXACT"},
        "priceRangeV2": {
            "minVariantPrice": money(min(prices), currency),
            "maxVariantPrice": money(max(prices), currency),
        },
        "variants": lambda **a: connection(context, one.variants, lambda v: variant_node(context, one, v), a),
    }


def _is_in(context: Context, one: Product, collection: str) -> bool:
    found = context.shop.collections.get(number_of(collection, "Collection") or 0)
    return found is not None and found.holds(one)


def variant_node(context: Context, one: Product, variant: Variant) -> Node:
    """A variant as GraphQL shows it."""
    name = one.title if variant.title == "Default Title" else f"{one.title} - {variant.title}"
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", variant.id),
        "legacyResourceId": str(variant.id),
        "title": variant.title,
        "displayName": name,
        "sku": variant.sku,
        "price": decimal(variant.price),
        "taxable": variant.taxable,
        "product": lambda **_: product_node(context, one),
    }
