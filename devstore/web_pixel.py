"""The web pixel extension in a storefront: its real source in a worker, and what each page tells it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from devstore.model import Product, Refused, Shop
from devstore.order_model import Order

SOURCE = Path(__file__).parents[1] / "extensions" / "tribute-pixel" / "src" / "index.js"
RUNTIME = Path(__file__).parent / "static" / "pixel" / "worker.js"
_IMPORT = 'import { register } from "@shopify/web-pixels-extension";\n'

Event = tuple[str, dict[str, Any]]
"""Name and data, as the standard events have them."""


@cache
def code() -> str:
    """What runs in the worker: the API first, then the extension as it is deployed. Raises Refused."""
    source = SOURCE.read_text()
    if not source.startswith(_IMPORT) or "import " in source.removeprefix(_IMPORT):
        raise Refused("The devstore runs a pixel that imports register and nothing else.")
    return f"{RUNTIME.read_text()}\n{source.removeprefix(_IMPORT)}"


def facts(shop: Shop, *events: Event) -> str | None:
    """What the page tells the pixel, as JSON; None while the app has not switched its pixel on."""
    if shop.install is None or shop.install.web_pixel_settings is None:
        return None
    told = [{"name": name, "data": data} for name, data in (("page_viewed", {}), *events)]
    return json.dumps(
        {
            "settings": json.loads(shop.install.web_pixel_settings),
            "consent": f"consent_{shop.handle}",
            "client": f"client_{shop.handle}",
            "events": told,
        }
    ).replace("<", "\\u003c")


def product_viewed(product: Product) -> Event:
    """The product's page was opened."""
    return "product_viewed", {"productVariant": _variant(product)}


def checkout_event(name: str, token: str | None, order: Order | None = None) -> Event:
    """checkout_started or checkout_completed."""
    held = {"id": str(order.id)} if order else None
    return name, {"checkout": {"token": token, "order": held}}


def _variant(product: Product) -> dict[str, Any]:
    return {
        "id": str(product.variants[0].id),
        "product": {"id": str(product.id), "title": product.title},
    }
