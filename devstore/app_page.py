"""An app's answer of the type application/liquid, drawn as a theme draws it: strict Liquid, the shop's products by handle."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from liquid import Environment, StrictUndefined

from devstore.model import Product
from devstore.pages_format import money

TYPE = "application/liquid"
BARE = "{% layout none %}\n"
"""How an app asks for its page without the theme around it."""
_NOTHING = dict.fromkeys(("id", "title", "url", "featured_image", "price_min", "price_varies"))


class AllProducts(dict[str, Mapping[str, Any]]):
    """`all_products`: for a handle that is none, Shopify gives an object that has nothing."""

    def __missing__(self, handle: str) -> Mapping[str, Any]:
        return _NOTHING


def product_facts(product: Product, root: str, picture: str) -> dict[str, Any]:
    """What Liquid knows of a product. Prices: cents."""
    prices = [variant.price for variant in product.variants]
    return {
        "id": product.id,
        "title": product.title,
        "url": f"{root}products/{product.handle}",
        "featured_image": f"data:image/svg+xml,{quote(picture)}",
        "price_min": int(min(prices) * 100),
        "price_varies": min(prices) != max(prices),
    }


class CartAttributes(dict[str, str]):
    """As in Liquid at Shopify: one that is not there is nil, not an error."""

    def __missing__(self, name: str) -> None:
        """Nothing."""


def facts(
    host: str,
    root: str,
    products: Mapping[str, Mapping[str, Any]],
    locale: str = "en",
    attributes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The objects of Liquid that a page of an app may name. `attributes`: of the shopper's cart."""
    return {
        "all_products": AllProducts(products),
        "cart": {"attributes": CartAttributes(attributes or {})},
        # A real shop has a domain of its own; here it lives in a folder.
        "request": {
            "origin": f"{host.rstrip('/')}{root}".rstrip("/"),
            "locale": {"iso_code": locale},
        },
        "routes": {"root_url": "/"},
    }


@cache
def drawing(currency: str = "EUR") -> Environment:
    """Strict: a word that Shopify would not know stops the page here, too."""
    environment = Environment(undefined=StrictUndefined)
    environment.filters |= {
        "image_url": lambda picture, **_size: escape(str(picture)),
        "money": lambda cents: money(Decimal(cents) / 100, currency),
        "placeholder_svg_tag": lambda _name: '<svg viewBox="0 0 100 100" role="presentation"></svg>',
    }
    return environment
