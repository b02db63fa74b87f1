"""Products as values: what was true of one since a time. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec


class ProductVersion(msgspec.Struct, frozen=True):
    """What the shop said of a product then."""

    product_id: int
    since: datetime
    tags: tuple[str, ...] | None
    """Folded and sorted; None: this source does not tell (who was not yet in a collection that was read)."""
    collections: tuple[str, ...] | None
    """Shopify's numbers, sorted; None: this source does not tell (a webhook)."""


class ProductFacts(msgspec.Struct, frozen=True):
    """What was true of a product at one time."""

    tags: frozenset[str]
    collections: frozenset[str]


def in_force(versions: Sequence[ProductVersion], at: datetime) -> ProductFacts | None:
    """What was true then, by the newest version that had begun; before the first, by the earliest known.

    Tags and collections are each asked of the versions that tell them. None: nothing is known of the product.
    """
    if not versions:
        return None
    return ProductFacts(
        tags=_of([(v.since, v.tags) for v in versions if v.tags is not None], at),
        collections=_of([(v.since, v.collections) for v in versions if v.collections is not None], at),
    )


def _of(told: Sequence[tuple[datetime, tuple[str, ...]]], at: datetime) -> frozenset[str]:
    if not told:
        return frozenset()
    begun = [one for one in told if one[0] <= at]
    return frozenset(max(begun)[1] if begun else min(told)[1])


def folded(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are compared: without case and blanks, each once."""
    return tuple(sorted({tag.strip().casefold() for tag in tags if tag.strip()}))
