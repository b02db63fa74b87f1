"""Products and the collections they are in, as GraphQL tells them now. Jobs call it. Source: Admin API 2026-10."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from app.shopify.admin_api import ShopAPI
from app.shopify.gid import number_of

AT_ONCE = 25
"""Products of one question: each brings up to 25 collections, and a question may cost 1,000 points at most."""


class Shelved(msgspec.Struct, frozen=True):
    """A product as it is now."""

    id: int
    tags: tuple[str, ...]
    """As typed."""
    collections: tuple[str, ...]
    """Shopify's numbers of all it is in, sorted."""


def members(api: ShopAPI, collection: str) -> Iterator[Mapping[int, tuple[str, ...]]]:
    """The tags of every product of the collection, by its number, a page at a time; of none when it is gone.

    Raises what ShopAPI.execute raises.
    """
    after: str | None = None
    while True:
        asked = {"id": f"gid://shopify/Collection/{collection}", "after": after}
        found = api.execute("collection_members", asked)["collection"]
        if found is None:
            return
        page = found["products"]
        yield {number_of(node["id"]): tuple(node["tags"]) for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def products(api: ShopAPI, ids: Sequence[int]) -> list[Shelved]:
    """These products (at most AT_ONCE) with all their collections; those that are gone are left out.

    Raises what ShopAPI.execute raises.
    """
    asked = {"ids": [f"gid://shopify/Product/{number}" for number in ids]}
    nodes = api.execute("products_in_collections", asked)["nodes"]
    return [_shelved(api, node) for node in nodes if node]


def _shelved(api: ShopAPI, node: Mapping[str, Any]) -> Shelved:
    page = node["collections"]
    found = [one["id"] for one in page["nodes"]]
    while page["pageInfo"]["hasNextPage"]:
        more = {"id": node["id"], "after": page["pageInfo"]["endCursor"]}
        product = api.execute("product_collections", more)["product"]
        if product is None:
            break
        page = product["collections"]
        found += [one["id"] for one in page["nodes"]]
    collections = tuple(sorted({str(number_of(gid)) for gid in found}))
    return Shelved(number_of(node["id"]), tuple(node["tags"]), collections)
