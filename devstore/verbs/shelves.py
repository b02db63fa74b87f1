"""Change and remove products, and sort them into collections.

Shopify tells of a membership where it was changed: on the collection's page collections/update, on the product's
page products/update. What a smart collection takes in by its rule it tells nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from devstore.model import Collection, Product, Refused, Shop
from devstore.payloads.product import collection_body, product_body
from devstore.state import State


def change_product(
    state: State, shop: Shop, product: Product, *, title: str | None = None, tags: Sequence[str] | None = None
) -> Product:
    """Give the product another title or other tags; the app hears products/update."""
    with state.acting():
        product.title = title or product.title
        product.tags = list(tags) if tags is not None else product.tags
        _touch(state, shop, product)
        return product


def delete_product(state: State, shop: Shop, product: Product) -> None:
    """Take the product off the shelf for good; the app hears products/delete."""
    with state.acting():
        del shop.products[product.id]
        for collection in shop.collections.values():
            collection.chosen.discard(product.id)
        state.emit(shop, "products/delete", lambda: {"id": product.id})


def create_collection(
    state: State, shop: Shop, title: str, *, handle: str | None = None, tag: str | None = None
) -> Collection:
    """A new collection; with a tag it is smart and holds what carries the tag. Refused: handle taken."""
    with state.acting():
        handle = handle or title.lower().replace(" ", "-")
        if any(one.handle == handle for one in shop.collections.values()):
            raise Refused(f"{shop.domain} has a collection {handle!r} already.", "TAKEN")
        made = Collection(state.next_id("Collection"), title, handle, state.now, tag)
        shop.collections[made.id] = made
        state.emit(shop, "collections/create", lambda: collection_body(made))
        return made


def delete_collection(state: State, shop: Shop, collection: Collection) -> None:
    """Throw the collection away, not its products; the app hears collections/delete."""
    with state.acting():
        del shop.collections[collection.id]
        state.emit(shop, "collections/delete", lambda: {"id": collection.id})


def sort_product(
    state: State, shop: Shop, collection: Collection, product: Product, *, into: bool, on: str = "collection"
) -> None:
    """Put the product into the collection or take it out, on the page of either. Refused for a smart collection."""
    with state.acting():
        if collection.tag is not None:
            raise Refused(f"{collection.title} is smart: it holds what is tagged {collection.tag!r}.")
        if on not in {"collection", "product"}:
            raise Refused(f"on: {on!r} is neither 'collection' nor 'product'.")
        (collection.chosen.add if into else collection.chosen.discard)(product.id)
        collection.updated_at = _later(state.now, collection.updated_at)
        if on == "product":
            _touch(state, shop, product)
        else:
            state.emit(shop, "collections/update", lambda: collection_body(collection))


def _touch(state: State, shop: Shop, product: Product) -> None:
    product.updated_at = _later(state.now, product.updated_at or product.created_at)
    state.emit(shop, "products/update", lambda: product_body(shop, product))


def _later(now: datetime, before: datetime) -> datetime:
    """Two changes within a second have two times."""
    return max(now, before + timedelta(seconds=1))
