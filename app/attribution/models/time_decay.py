"""The nearer to the order, the more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal

from app.attribution.touchpoint import Model, Touchpoint, seen, spread

HALF_LIFE = timedelta(days=7)
DIGITS = Context(prec=28)
"""Fixed, so that no setting of the process can move a weight."""


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """Half as much for every seven days between a touchpoint and the order."""
    standing = seen(touchpoints, order_at)
    newest = max((touchpoints[i].at for i in standing), default=order_at)
    # Counted from the newest, which leaves the proportions as they are and lets none vanish.
    parts = {i: _left(newest - touchpoints[i].at) for i in standing}
    return spread(parts, len(touchpoints))


def _left(age: timedelta) -> Decimal:
    microseconds = age // timedelta(microseconds=1)
    halvings = DIGITS.divide(Decimal(microseconds), Decimal(HALF_LIFE // timedelta(microseconds=1)))
    return DIGITS.power(Decimal(2), -halvings)


PLUGIN = Model("Time decay", "Half as much for every 7 days before the order.", weights)
