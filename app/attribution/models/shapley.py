"""To each creator what they add, averaged over every order in which they could have come.

The game (decision 0060): the players are the creators of this order's touchpoints. A coalition is worth the
chance that the shopper buys having met only its members: 1 less the product of (1 - strength), a creator's
strength being that of their strongest touchpoint. So repeating a click adds nothing, and neither the
shop's other orders nor the time of asking can move a weight.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Context, Decimal
from functools import lru_cache
from hashlib import sha256
from math import factorial

from app.attribution.model import Kind
from app.attribution.touchpoint import PLACES, Model, Touchpoint, seen, spread

MOST_EXACT = 12
"""With more creators than this, orders of arrival are sampled: 13 have 6 billion."""
STEPS, FEWEST_ROUNDS = 60_000, 200
"""How many arrivals are looked at in all, and how many rounds of them at least."""
STRENGTH = {Kind.CODE: 750_000, Kind.CLICK: 500_000}
OTHER_STRENGTH = 250_000
ONE = 1_000_000
"""Strengths are millionths: of a code, of a fresh click, of anything else. A touchpoint's halves every 7 days."""
HALF_LIFE = timedelta(days=7)
DIGITS = Context(prec=28)
NINETY_FIVE = Decimal("1.96")


def weights(touchpoints: Sequence[Touchpoint], order_at: datetime) -> list[Decimal]:
    """Each creator's Shapley value, on the strongest of their touchpoints."""
    best = _strongest(touchpoints, order_at)
    strengths = tuple(best.values())
    values = _exact(strengths) if len(best) <= MOST_EXACT else _sampled(strengths)[0]
    return spread(dict(zip(best, values, strict=True)), len(touchpoints))


def error(touchpoints: Sequence[Touchpoint], order_at: datetime) -> Decimal:
    """By how much a weight may be off, at 95 %: 0 up to twelve creators."""
    if len({touch.creator_id for touch in touchpoints}) <= MOST_EXACT:
        return Decimal(0)
    best = _strongest(touchpoints, order_at)
    return Decimal(0) if len(best) <= MOST_EXACT else _sampled(tuple(best.values()))[1]


def _strongest(touchpoints: Sequence[Touchpoint], order_at: datetime) -> dict[int, int]:
    """Position and strength of each creator's strongest touchpoint; a tie goes to the earlier in the list."""
    best: dict[int, tuple[int, int]] = {}
    for i in sorted(seen(touchpoints, order_at)):
        creator, strength = touchpoints[i].creator_id, _strength(touchpoints[i], order_at)
        if creator not in best or strength > best[creator][1]:
            best[creator] = (i, strength)
    return dict(sorted(best.values()))


def _strength(touch: Touchpoint, order_at: datetime) -> int:
    microsecond = timedelta(microseconds=1)
    age = Decimal((order_at - touch.at) // microsecond)
    left = DIGITS.power(Decimal(2), -DIGITS.divide(age, Decimal(HALF_LIFE // microsecond)))
    return max(1, round(DIGITS.multiply(left, Decimal(STRENGTH.get(touch.kind, OTHER_STRENGTH)))))


def _exact(strengths: Sequence[int]) -> list[int]:
    """Over every coalition: what a creator adds to it, by how often it stands before them.

    In units of 1 / (factorial of their number x ONE ** their number): weights are proportions, and whole numbers
    are exact.
    """
    count = len(strengths)
    left = [1] * (1 << count)  # Nobody of the coalition brought the shopper, in ONE ** its size.
    for coalition in range(1, 1 << count):
        low = coalition & -coalition
        left[coalition] = left[coalition ^ low] * (ONE - strengths[low.bit_length() - 1])
    often = [factorial(s) * factorial(count - s - 1) * ONE ** (count - s - 1) for s in range(count)]
    added = [0] * count
    for coalition in range((1 << count) - 1):
        worth = often[coalition.bit_count()] * left[coalition]
        for player in range(count):
            if not coalition >> player & 1:
                added[player] += worth
    return [worth * strength for worth, strength in zip(added, strengths, strict=True)]


@lru_cache(maxsize=256)
def _sampled(strengths: tuple[int, ...]) -> tuple[list[int], Decimal]:
    """The same over sampled orders of arrival, and the error. The sample hangs on the strengths alone."""
    count = len(strengths)
    rounds = max(FEWEST_ROUNDS, STEPS // count)
    dice = _Dice(strengths)
    total, squares = [0] * count, [0] * count
    for _ in range(rounds):
        left = ONE
        for player in dice.shuffled(count):
            added = left * strengths[player] // ONE
            total[player] += added
            squares[player] += added * added
            left -= added
    whole = sum(total)
    widest = max(q * rounds - t * t for t, q in zip(total, squares, strict=True))
    spread_of_mean = DIGITS.sqrt(DIGITS.divide(Decimal(widest), Decimal(rounds)))
    off = DIGITS.divide(NINETY_FIVE * spread_of_mean, Decimal(whole))
    return total, off.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_UP)


class _Dice:
    """Shuffles that are the same on every machine and in every version of Python: bytes of SHA-256."""

    def __init__(self, seed: tuple[int, ...]) -> None:
        self._state = sha256(repr(seed).encode()).digest()
        self._pool = 0
        self._bits = 0

    def shuffled(self, count: int) -> list[int]:
        cards = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self._below(last + 1)
            cards[last], cards[other] = cards[other], cards[last]
        return cards

    def _below(self, limit: int) -> int:
        width = limit.bit_length()
        while True:
            if self._bits < width:
                self._state = sha256(self._state).digest()
                self._pool, self._bits = int.from_bytes(self._state, "big"), 8 * len(self._state)
            drawn, self._pool, self._bits = (
                self._pool & ((1 << width) - 1),
                self._pool >> width,
                self._bits - width,
            )
            if drawn < limit:
                return drawn


PLUGIN = Model(
    "Shapley",
    "To each what they add to the chance of a sale, averaged over every order in which they could have come.",
    weights,
    error,
)
