"""The statistic of bursts is honest for small counts: steady codes are left alone, leaks are seen early."""

import random
from bisect import bisect_left, bisect_right
from fractions import Fraction
from math import comb

import pytest

from app.fraud.burst_odds import is_rarer_than
from app.fraud.detectors.burst import PLUGIN
from app.fraud.model import Case, Uses

HOUR = 1 / 24
LIMITS = PLUGIN.usual()


def tail(orders: int, history: int, hours: int) -> Fraction:
    """The same chance by whole numbers."""
    shape, stay = history + 1, Fraction(hours + 24, hours + 48)
    fewer = sum(comb(shape + n - 1, n) * stay**shape * (1 - stay) ** n for n in range(orders))
    return Fraction(1 - fewer)


@pytest.mark.parametrize(("history", "hours"), [(0, 168), (0, 672), (3, 300), (28, 672), (90, 672)])
def test_the_chance_is_the_exact_one(history: int, hours: int) -> None:
    for orders in range(1, 40):
        exact = tail(orders, history, hours)
        for odds in (100, 10_000, 1_000_000):
            assert is_rarer_than(odds, orders, history=history, hours=hours) == (exact * odds < 1)


def times_of(rate: float, days: int, rng: random.Random, swing: float = 1) -> list[float]:
    """When a code's orders came, in days; `swing`: how much more a weekend brings."""
    at, placed = 0.0, []
    while (at := at + rng.expovariate(rate * swing)) < days:
        weight = swing if int(at) % 7 >= 5 else 1
        if rng.random() < weight / swing:
            placed.append(at)
    return placed


def as_seen(times: list[float], index: int) -> Uses:
    """What the store counts of these orders when this one is looked at."""
    at = times[index]
    since, until = at - 35, at - 7
    history = times[bisect_right(times, since) : bisect_right(times, until)]
    busiest = max((i + 1 - bisect_right(history, t - 1) for i, t in enumerate(history)), default=0)
    hours = max(0, int((until - max(since, times[0])) / HOUR))
    return Uses(index + 1 - bisect_right(times, at - 1), len(history), hours, busiest)


def held(times: list[float]) -> list[float]:
    return [
        at for i, at in enumerate(times) if PLUGIN.detect(Case(creator="m", uses=as_seen(times, i)), LIMITS)
    ]


@pytest.mark.parametrize(("rate", "swing"), [(0.1, 1), (0.5, 1), (2, 1), (2, 3), (6, 1), (6, 3)])
def test_of_a_thousand_orders_of_steady_codes_at_most_one_is_held(rate: float, swing: float) -> None:
    rng = random.Random(64)  # noqa: S311
    codes = [times_of(rate, 70, rng, swing) for _ in range(8)]
    orders = sum(map(len, codes))
    assert orders > 40
    assert sum(len(held(times)) for times in codes) * 1000 <= orders


def test_a_creator_who_posts_every_week_is_left_alone() -> None:
    rng = random.Random(65)  # noqa: S311
    times = times_of(0.3, 90, rng)
    for post in range(3, 90, 7):
        times += [post + rng.random() for _ in range(rng.randint(12, 20))]
    times.sort()
    assert [at for at in held(times) if at > 45] == []


@pytest.mark.parametrize("rate", [0.2, 1, 4])
def test_a_leak_is_held_on_its_first_day_and_for_the_week_after(rate: float) -> None:
    rng = random.Random(66)  # noqa: S311
    before = times_of(rate, 60, rng)
    leak = sorted(60 + 6 * rng.random() for _ in range(6 * int(12 * rate + 30)))
    caught = held(before + leak)
    assert caught
    assert bisect_left(leak, caught[0]) <= max(12, 6 * rate + 12)
    assert caught[0] < 61
    assert len(caught) > len(leak) * 3 // 4
