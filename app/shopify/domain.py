"""What is a shop's permanent domain, and where its Admin API is reached."""

import re

from app.kernel.errors import Invalid
from app.shopify.library import sanitised

_PERMANENT = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com")


class NotAShop(Invalid):
    """Text that names no Shopify shop."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:80]!r} is not the domain of a Shopify shop, such as lumen.myshopify.com.")
        self.text = text


def is_shop_domain(text: str) -> bool:
    """Whether this is exactly a permanent domain, with nothing around it. For what machines send."""
    return _PERMANENT.fullmatch(text) is not None


def shop_domain(text: str) -> str:
    """The permanent domain that a person meant: `Lumen` and an address of the admin are understood too.

    Raises NotAShop.
    """
    found = sanitised(text)
    if found is None or not is_shop_domain(found):
        raise NotAShop(text)
    return found


def admin_url(shop: str, admin_origin: str | None = None) -> str:
    """Where /admin of that shop is. `admin_origin` is one host that stands for every shop (the devstore).

    Raises NotAShop: a domain that we did not check must never receive a token.
    """
    if not is_shop_domain(shop):
        raise NotAShop(shop)
    return f"{admin_origin}/shops/{shop}/admin" if admin_origin else f"https://{shop}/admin"
