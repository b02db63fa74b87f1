"""One table for every detector: just below its border it is silent, at the border and above it speaks."""

from collections.abc import Callable

import pytest

from app.fraud.model import Case, Shared, Uses
from app.fraud.scan import DETECTORS, scan
from app.fraud.settings import Settings


def case(**facts: object) -> Case:
    return Case(creator="mara", code="MARA10", **facts)  # type: ignore[arg-type]


def burst(day: int, history: int = 28, hours: int = 672, busiest: int = 3) -> Case:
    return case(uses=Uses(day=day, history=history, history_hours=hours, busiest_day=busiest))


def week(orders: int, clicked: int) -> Case:
    return case(uses=Uses(week=orders, week_clicked=clicked), clicks_recorded=True)


def leaking(coupon: int, tried: int = 0) -> Case:
    """Each order from a coupon site is a point up to 30, three that tried several codes one up to 10; clicks give 20."""
    return case(
        uses=Uses(week=100, week_referred=100, week_coupon=coupon, week_tried=tried), clicks_recorded=True
    )


EVERY = {"orders": 3, "times": 2, "odds": 100}
"""The thresholds of a burst as low as they go, where a border of another one is looked at."""

COUNTED: list[tuple[str, str, Callable[[int], Case], int, dict[str, int]]] = [
    ("same_ip", "orders of the creator's own", lambda n: case(ip=Shared(own=n)), 1, {}),
    ("same_ip", "with a higher threshold", lambda n: case(ip=Shared(own=n)), 5, {"own": 5}),
    ("same_ip", "earlier orders of others: with this one, four", lambda n: case(ip=Shared(others=n)), 3, {}),
    ("same_address", "orders of the creator's own", lambda n: case(address=Shared(own=n)), 1, {}),
    ("same_address", "with a higher threshold", lambda n: case(address=Shared(own=n)), 5, {"own": 5}),
    ("same_address", "earlier orders of others: with this one, three", lambda n: case(address=Shared(others=n)), 2, {}),
    ("same_phone", "orders of the creator's own", lambda n: case(phone=Shared(own=n)), 1, {}),
    ("same_phone", "with a higher threshold", lambda n: case(phone=Shared(own=n)), 5, {"own": 5}),
    ("same_phone", "earlier orders of others: with this one, three", lambda n: case(phone=Shared(others=n)), 2, {}),
    ("many_codes", "codes tried", lambda n: case(codes_tried=n), 4, {}),
    ("many_codes", "with a lower threshold", lambda n: case(codes_tried=n), 2, {"codes": 2}),
    ("no_clicks", "orders in 7 days", lambda n: week(n, 0), 20, {}),
    ("no_clicks", "of a hundred, without a click", lambda n: week(100, 100 - n), 95, {}),
    ("no_clicks", "of twenty, without a click", lambda n: week(20, 20 - n), 10, {"percent": 50}),
    ("burst", "orders in 24 hours", burst, 12, {}),
    ("burst", "four times the 4.0 of its past", lambda n: burst(n, history=115, busiest=0), 16, EVERY | {"times": 4}),
    ("burst", "four times the 9.7 of its past, which is 38.8", lambda n: burst(n, history=280, busiest=0), 39, {}),
    ("burst", "twice its busiest day", lambda n: burst(n, busiest=7), 14, {}),
    ("burst", "hours of history", lambda n: burst(200, hours=n), 168, {}),
    # A week without an order makes n orders in a day as likely as one in 9 to the n: 9 ** 6 is 531,441.
    ("burst", "rarer than one in 531,440", lambda n: burst(n, 0, 168, 0), 6, EVERY | {"odds": 531_440}),
    ("burst", "rarer than one in 531,442", lambda n: burst(n, 0, 168, 0), 7, EVERY | {"odds": 531_442}),
    ("leaked_code", "points of the leak score, of which 59 are no leak", lambda n: leaking(30, n), 30, {}),
    ("leaked_code", "with a lower threshold", lambda n: leaking(n - 20), 35, {"score": 35}),
]  # fmt: skip

TOLD: list[tuple[str, str, Case, Case]] = [
    (
        "coupon_site", "a host on the list, and one whose name only begins like it",
        case(referrer="https://honey.com/"), case(referrer="https://honey.company/"),
    ),
    (
        "coupon_site", "what stands under a listed host, and what only ends like it",
        case(referrer="https://o.honey.com/"), case(referrer="https://nothoney.com/"),
    ),
    (
        "coupon_site", "a host that the merchant named, and one that nobody named",
        case(referrer="https://deals.example/", coupon_sites=frozenset({"deals.example"})),
        case(referrer="https://deals.example/"),
    ),
    (
        "coupon_site", "what a click's landing page names as its source, and in another parameter",
        case(click_landings=("/?utm_source=honey.com",)), case(click_landings=("/?utm_medium=honey.com",)),
    ),
    ("disposable_email", "a throw-away address, and any other", case(disposable_email=True), case(disposable_email=False)),
    (
        "same_domain", "a company's domain, and a free one",
        case(creator_domain="lumen.example", same_domain=True), case(creator_domain="gmail.com", same_domain=True),
    ),
    (
        "same_domain", "the shopper's too, and the creator's alone",
        case(creator_domain="lumen.example", same_domain=True), case(creator_domain="lumen.example"),
    ),
    (
        "paid_search", "an ad that leads to the creator's code, and to another's",
        case(landing="/discount/mara10?gclid=1"), case(landing="/discount/theo10?gclid=1"),
    ),
    (
        "paid_search", "a click of the creator's with a mark, and with an empty one",
        case(click_landings=("/?gclid=1",)), case(click_landings=("/?gclid=",)),
    ),
    (
        "no_clicks", "where clicks are recorded, and where none are",
        week(20, 0), case(uses=Uses(week=20)),
    ),
]  # fmt: skip


def speaks(detector: str, facts: Case, limits: dict[str, int]) -> bool:
    return detector in {f.detector for f in scan(facts, Settings(limits={detector: limits}))}


@pytest.mark.parametrize(
    ("detector", "make", "border", "limits"),
    [pytest.param(d, make, border, limits, id=f"{d}: {what}") for d, what, make, border, limits in COUNTED],
)
def test_a_detector_that_counts_speaks_from_its_border_on(
    detector: str, make: Callable[[int], Case], border: int, limits: dict[str, int]
) -> None:
    around = [speaks(detector, make(border + step), limits) for step in (-1, 0, 1)]
    assert around == [False, True, True]


@pytest.mark.parametrize(
    ("detector", "loud", "silent"),
    [pytest.param(d, loud, silent, id=f"{d}: {what}") for d, what, loud, silent in TOLD],
)
def test_a_detector_that_is_told_a_fact_speaks_of_that_and_not_of_its_neighbour(
    detector: str, loud: Case, silent: Case
) -> None:
    assert (speaks(detector, loud, {}), speaks(detector, silent, {})) == (True, False)


def test_a_landing_page_counts_by_itself_only_where_the_merchant_says_so() -> None:
    facts = case(landing="/?gclid=1")
    assert [speaks("paid_search", facts, {"any_landing": n}) for n in (0, 1)] == [False, True]


def test_every_detector_stands_in_one_of_these_tables() -> None:
    assert {row[0] for row in (*COUNTED, *TOLD)} == set(DETECTORS)
