"""Everybody the same."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.attribution.touchpoint import Model, Touchpoint, seen, spread


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """The same to each touchpoint; what cannot be divided goes to the first in the list."""
    return spread(dict.fromkeys(seen(touchpoints, order_at), 1), len(touchpoints))


PLUGIN = Model("Linear", "The same to each click and code.", weights)
