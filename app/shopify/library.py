"""The one module that knows ShopifyAPI (PyPI 12.7). What else it offers and why we leave it: decision 0011."""

from shopify.api_version import ApiVersion
from shopify.utils.shop_url import sanitize_shop_domain


def sanitised(text: str) -> str | None:
    """The shop domain in what a person typed (`lumen`, an address with a path), or None."""
    try:
        found = sanitize_shop_domain(text)
    except ValueError:
        return None
    return str(found) if found else None


def version_path(version: str) -> str:
    """The path of that version of the Admin API below a shop's origin, such as /admin/api/2026-10."""
    return str(ApiVersion.coerce_to_version(version).api_path("")).rstrip("/")
