"""Shopify's global ids: `gid://shopify/Order/1`."""

from app.kernel.errors import Invalid


class BadGid(Invalid):
    """A text that is no global id."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:80]!r} is no id of Shopify's.")


def number_of(gid: str) -> int:
    """The number in it, by which webhooks call the same thing. Raises BadGid."""
    tail = gid.rsplit("/", 1)[-1].split("?", 1)[0]
    if not (tail.isascii() and tail.isdigit()):
        raise BadGid(gid)
    return int(tail)
