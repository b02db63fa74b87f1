"""Products as values: what was true of one since a time. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec


class ProductVersion(msgspec.Struct, frozen=True):
    """What the shop said of a product then."""

    product_id: int
    since: datetime
    tags: tuple[str, ...]
    """Folded and sorted."""
    collections: tuple[str, ...] | None
    """Shopify's numbers, sorted; None: this source does not tell (a webhook)."""


class ProductFacts(msgspec.Struct, frozen=True):
    """What was true of a product at one time."""

    tags: frozenset[str]
    collections: frozenset[str]


def in_force(versions: Sequence[ProductVersion], at: datetime) -> ProductFacts | None:
    """What was true then, by the newest version that had begun; before the first, by the earliest known.

    Collections are asked of the versions that tell them. None: nothing is known of the product.
    """
    if not versions:
        return None
    telling = [v for v in versions if v.collections is not None]
    return ProductFacts(
        tags=frozenset(_of(versions, at).tags),
        collections=frozenset(_of(telling, at).collections or ()) if telling else frozenset(),
    )


def _of(versions: Sequence[ProductVersion], at: datetime) -> ProductVersion:
    begun = [v for v in versions if v.since <= at]
    if begun:
        return max(begun, key=lambda v: v.since)
    return min(versions, key=lambda v: v.since)


def folded(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are compared: without case and blanks, each once."""
    return tuple(sorted({tag.strip().casefold() for tag in tags if tag.strip()}))
