"""Whoever brought the shopper first."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.attribution.model import Kind
from app.attribution.touchpoint import Model, Touchpoint, all_to, seen


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """All to the earliest click; without a click, to the earliest touchpoint of any kind."""
    standing = seen(touchpoints, order_at)
    clicks = [i for i in standing if touchpoints[i].kind is Kind.CLICK]
    return all_to(next(iter(clicks or standing), None), len(touchpoints))


PLUGIN = Model("First click", "All to the first click; without a click, to whatever came first.", weights)
