"""Landing pages as values, and what a merchant may write on one."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

import msgspec

from app.kernel.errors import Invalid

LONGEST_WORDS = 2000
LONGEST_ADDRESS = 2000
MOST_PRODUCTS = 12
"""A theme draws at most 20 products by handle on one page."""
PRODUCT = re.compile(r"[^\W_](?:[\w-]{0,253}\w)?")
"""Shopify's handles: letters of any script, digits, dashes."""
RESERVED = frozenset({
    "account", "admin", "api", "app", "apply", "assets", "auth", "click", "consent", "creator", "creators", "event", "events", "lead",
    "leads", "login", "logout", "pixel", "portal", "privacy", "static", "survey", "terms", "thanks", "tribute", "unsubscribe",
})  # fmt: skip
"""Addresses below /apps/tribute that are, or may become, pages of our own."""
_LINES = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Landing(msgspec.Struct, frozen=True):
    """What stands on a creator's page in the store."""

    is_live: bool = False
    picture: str = ""
    """https address; empty is no picture."""
    words: str = ""
    products: tuple[str, ...] = ()
    """Handles, in the order in which they are shown."""


class Shown(msgspec.Struct, frozen=True):
    """A landing page as it is drawn now."""

    handle: str
    name: str
    landing: Landing
    code: str | None
    """Taken at the checkout now."""
    slug: str | None
    """The creator's link: a visit counts by its name."""


class Greeting(msgspec.Struct, frozen=True):
    """What a shopper is told of the creator by whose link they came."""

    name: str
    picture: str
    """https address; empty without one, and while the creator has no page."""
    code: str | None
    """Taken at the checkout now."""


def check_address(handle: str) -> None:
    """Refuse a creator whose address belongs to a page of our own. Raises Invalid."""
    if handle in RESERVED:
        raise Invalid(
            f"The address /{handle} is kept for Tribute's own pages, so {handle!r} can have no landing page."
        )


def check_picture(text: str) -> str:
    """The address of a picture; empty is none. Raises Invalid."""
    typed = text.strip()
    if not typed:
        return ""
    if len(typed) > LONGEST_ADDRESS or not typed.isprintable() or " " in typed:
        raise Invalid(
            f"{typed[:80]!r} is not an address of at most {LONGEST_ADDRESS} characters without blanks."
        )
    try:
        parts = urlsplit(typed)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme != "https" or "@" in parts.netloc or "\\" in typed:
        raise Invalid(
            f"{typed[:80]!r} is not the address of a picture: it begins with https:// and a domain."
        )
    return typed


def check_text(text: str, *, longest: int = LONGEST_WORDS) -> str:
    """Lines of text, without blanks around them; may be empty. Raises Invalid."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(typed) > longest:
        raise Invalid(f"It has {len(typed)} characters; at most {longest} fit.")
    if any(c not in "\n\t" and unicodedata.category(c) in _LINES for c in typed):
        raise Invalid("It holds a character that cannot be shown.")
    return typed


def check_products(text: str) -> tuple[str, ...]:
    """Handles from lines that each hold a handle, a path or an address of a product. Raises Invalid."""
    handles = tuple(
        dict.fromkeys(_product(line.strip()) for line in re.split(r"[\n,]", text) if line.strip())
    )
    if len(handles) > MOST_PRODUCTS:
        raise Invalid(f"These are {len(handles)} products; a page shows at most {MOST_PRODUCTS}.")
    return handles


def _product(line: str) -> str:
    path = line.partition("?")[0].partition("#")[0].rstrip("/")
    handle = unquote(path.rpartition("/products/")[2] if "/products/" in path else path).lower()
    if PRODUCT.fullmatch(handle) is None:
        raise Invalid(
            f"{line[:80]!r} names no product: write its handle, or its address with /products/ in it."
        )
    return handle
