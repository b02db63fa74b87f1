"""Products and collections."""

from decimal import Decimal
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore.control.body import amount, body
from devstore.model import Collection, Product, Refused, Shop
from devstore.state import State
from devstore.verbs import shelves
from devstore.verbs.create_shop import add_product


def register(app: Flask, state: State) -> None:
    """Routes about what a shop sells and how it is sorted."""
    _product_routes(app, state)
    _collection_routes(app, state)


def _product_routes(app: Flask, state: State) -> None:
    @app.post("/_control/shops/<domain>/products")
    def new_product(domain: str) -> ResponseReturnValue:
        given = body({"title", "price", "handle", "gift_card", "product_type", "tags"})
        price = amount(given, "price") or Decimal(0)
        del given["price"]
        made = add_product(state, state.shop(domain), given.pop("title"), price, **given)
        return jsonify(_shown(made)), 201

    @app.patch("/_control/shops/<domain>/products/<name>")
    def change_product(domain: str, name: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        changed = shelves.change_product(state, shop, _product(shop, name), **body({"title", "tags"}))
        return jsonify(_shown(changed))

    @app.delete("/_control/shops/<domain>/products/<name>")
    def delete_product(domain: str, name: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        gone = _product(shop, name)
        shelves.delete_product(state, shop, gone)
        return jsonify(deleted=gone.id)


def _collection_routes(app: Flask, state: State) -> None:
    @app.get("/_control/shops/<domain>/collections")
    def all_collections(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            return jsonify([_listed(shop, one) for one in shop.collections.values()])

    @app.post("/_control/shops/<domain>/collections")
    def new_collection(domain: str) -> ResponseReturnValue:
        given, shop = body({"title", "handle", "tag"}), state.shop(domain)
        made = shelves.create_collection(state, shop, given.pop("title"), **given)
        return jsonify(_listed(shop, made)), 201

    @app.delete("/_control/shops/<domain>/collections/<name>")
    def delete_collection(domain: str, name: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        gone = _collection(shop, name)
        shelves.delete_collection(state, shop, gone)
        return jsonify(deleted=gone.id)

    @app.post("/_control/shops/<domain>/collections/<name>/<any(add, remove):verb>")
    def sort_product(domain: str, name: str, verb: str) -> ResponseReturnValue:
        given, shop = body({"product", "on"}), state.shop(domain)
        collection, product = _collection(shop, name), _product(shop, str(given.pop("product")))
        shelves.sort_product(state, shop, collection, product, into=verb == "add", **given)
        return jsonify(_listed(shop, collection))


def _product(shop: Shop, name: str) -> Product:
    """By number or handle."""
    found = shop.products.get(int(name)) if name.isdecimal() else None
    return found or shop.product_by_handle(name)


def _collection(shop: Shop, name: str) -> Collection:
    for one in shop.collections.values():
        if name in {str(one.id), one.handle}:
            return one
    raise Refused(f"{shop.domain} has no collection {name!r}.", "NOT_FOUND")


def _shown(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "handle": product.handle,
        "variant_id": product.variants[0].id,
        "tags": product.tags,
    }


def _listed(shop: Shop, one: Collection) -> dict[str, Any]:
    held = [p.handle for p in shop.products.values() if one.holds(p)]
    return {"id": one.id, "handle": one.handle, "title": one.title, "tag": one.tag, "products": held}
