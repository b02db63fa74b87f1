"""Most to whoever began it and whoever closed it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.attribution.touchpoint import Model, Touchpoint, seen, spread

ENDS = 40
BETWEEN = 20
"""Percent to the first and to the last each, and to all between them together."""


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """40 % to the first, 40 % to the last, 20 % between the others; of two, half each."""
    standing = seen(touchpoints, order_at)
    between = standing[1:-1]
    parts = {i: Fraction(BETWEEN, len(between)) for i in between}
    parts |= {i: Fraction(ENDS) for i in (*standing[:1], *standing[-1:])}
    return spread(parts, len(touchpoints))


PLUGIN = Model("Position", "40 % to the first, 40 % to the last, 20 % to all between.", weights)
