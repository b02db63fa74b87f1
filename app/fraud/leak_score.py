"""How much a code looks leaked, 0 to 100, with its parts: fair to creators, so what is unknown gives no points.

Pure. Shown on the review page and the creator's page; the detector `leaked_code` holds single orders by it.
"""

import msgspec

from app.fraud.burst_odds import expected_tenths
from app.fraud.model import HOURS_OF_A_DAY, WEEK_DAYS, Uses

FEWEST = 10
"""Orders of which something must be known before their share says anything."""
FEWEST_IN_A_BURST = 5


class Part(msgspec.Struct, frozen=True):
    """One sign of a leak."""

    key: str
    label: str
    points: int
    most: int
    sentence: str
    """What was seen, or why nothing can be said."""


class LeakScore(msgspec.Struct, frozen=True):
    """The points together, and each part."""

    points: int
    parts: tuple[Part, ...]


def leak_score(uses: Uses, *, clicks_recorded: bool) -> LeakScore:
    """The score of a code at the moment that `uses` describes."""
    parts = (
        _burst(uses),
        _coupon(uses),
        _clickless(uses, clicks_recorded=clicks_recorded),
        _returning(uses),
        _tried(uses),
    )
    return LeakScore(sum(part.points for part in parts), parts)


def _burst(uses: Uses) -> Part:
    """None at the usual day or up to the busiest one, all at four times the usual."""
    expected = expected_tenths(uses.history, uses.history_hours)
    known = uses.history_hours >= WEEK_DAYS * HOURS_OF_A_DAY
    if not known or uses.day < FEWEST_IN_A_BURST or uses.day <= uses.busiest_day:
        points = 0
    else:
        points = _scaled(uses.day * 10 - expected, 3 * expected, 30)
    told = f"{uses.day} orders in 24 hours, usual are {expected // 10}.{expected % 10}"
    return Part("burst", "Burst of orders", points, 30, told if known else "the code is too young to compare")


def _coupon(uses: Uses) -> Part:
    """All when three in ten known referrers are coupon sites."""
    shown = _Sign("coupon", "Coupon sites", "came by coupon sites", 30, start=0, full=30)
    return shown.of(uses.week_coupon, uses.week_referred)


def _clickless(uses: Uses, *, clicks_recorded: bool) -> Part:
    """Begins at half without a click."""
    shown = _Sign("clickless", "Without a click", "came without a click", 20, start=50, full=100)
    if not clicks_recorded:
        return Part(shown.key, shown.label, 0, shown.most, "no clicks are recorded")
    return shown.of(uses.week - uses.week_clicked, uses.week)


def _returning(uses: Uses) -> Part:
    """A creator brings new customers; a leaked code is found by those who were going to buy anyway."""
    shown = _Sign("returning", "Returning customers", "were of returning customers", 10, start=50, full=90)
    return shown.of(uses.week_returning, uses.week_known)


def _tried(uses: Uses) -> Part:
    """All when three in ten shoppers tried several codes."""
    shown = _Sign("tried", "Codes tried", "followed several tried codes", 10, start=0, full=30)
    return shown.of(uses.week_tried, uses.week)


class _Sign(msgspec.Struct, frozen=True):
    """A share of the week's orders, and the points it gives."""

    key: str
    label: str
    words: str
    most: int
    start: int
    """Percent from which there are points."""
    full: int
    """Percent at which there are all."""

    def of(self, part: int, whole: int) -> Part:
        """The part that these counts give."""
        if whole < FEWEST:
            return Part(self.key, self.label, 0, self.most, "too few orders to say")
        points = _scaled(part * 100 - self.start * whole, (self.full - self.start) * whole, self.most)
        return Part(
            self.key, self.label, points, self.most, f"{part} of {whole} orders in 7 days {self.words}"
        )


def _scaled(value: int, full: int, most: int) -> int:
    return min(most, max(0, value * most // full))
