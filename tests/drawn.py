"""A page of ours as a theme draws it: real Liquid, two products in the shop."""

from typing import Any

from devstore.app_page import AllProducts, CartAttributes, drawing

PRODUCTS = {
    handle: {
        "id": number,
        "title": title,
        "url": f"/products/{handle}",
        "featured_image": None,
        "price_min": 4800,
        "price_varies": False,
    }
    for number, (handle, title) in enumerate([("dew-serum", "Dew Serum"), ("cloud-cream", "Cloud Cream")], 1)
}


def drawn(liquid: str) -> str:
    """HTML."""
    facts: dict[str, Any] = {
        "all_products": AllProducts(PRODUCTS),
        "cart": {"attributes": CartAttributes()},
        "request": {"origin": "https://lumen.example"},
        "routes": {"root_url": "/"},
    }
    return drawing().from_string(liquid).render(**facts)
