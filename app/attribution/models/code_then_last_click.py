"""The paying model unless a merchant chooses another: the strongest source, and of clicks the last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.attribution.model import Kind
from app.attribution.touchpoint import Model, Touchpoint, all_to, seen


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """All to one: the merchant's strongest source; of codes the larger discount, of clicks the last.

    A tie goes to the earlier in the list, which for codes is the order's own sequence.
    """
    standing = seen(touchpoints, order_at)
    best = min(standing, key=lambda i: (*_rank(touchpoints[i], order_at), i), default=None)
    return all_to(best, len(touchpoints))


def _rank(touch: Touchpoint, order_at: datetime) -> tuple[int, int, int]:
    gave = touch.discount_minor if touch.kind is Kind.CODE else 0
    age = (order_at - touch.at) // timedelta(microseconds=1) if touch.kind is Kind.CLICK else 0
    return touch.source_rank, -gave, age


PLUGIN = Model(
    "Code, then last click",
    "All to the code that took off most; without a code, all to the last click.",
    weights,
)
