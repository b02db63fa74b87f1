"""Counts of clicks earn what the same clicks earn one by one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.commissions.click_days import Paid, pay
from app.commissions.happening import Happening
from app.commissions.rules.per_click import PerClick

DAY = date(2026, 11, 1)
START = datetime(2026, 11, 1, tzinfo=UTC)
RULES = st.builds(
    PerClick,
    amount=st.sampled_from(["0.01", "0.08", "1.10"]),
    currency=st.just("EUR"),
    most_a_day=st.none() | st.integers(1, 20),
    budget=st.none() | st.sampled_from(["1.10", "1.95", "9.00"]),
)


@given(rule=RULES, days=st.lists(st.integers(1, 30), max_size=8))
def test_a_count_earns_what_its_clicks_earn(rule: PerClick, days: list[int]) -> None:
    each = [
        Happening(START + timedelta(days=n, seconds=i), f"{n}-{i}", DAY + timedelta(days=n))
        for n, clicks in enumerate(days)
        for i in range(clicks)
    ]
    by_day = [
        sum(p.minor for p in rule.price(each) if p.at.date() == DAY + timedelta(days=n))
        for n in range(len(days))
    ]
    counted = pay((DAY + timedelta(days=n), clicks, rule) for n, clicks in enumerate(days))
    assert [paid.minor for paid in counted if paid] == by_day


def test_a_change_of_terms_empties_neither_the_day_nor_the_budget() -> None:
    old = PerClick(amount="0.10", currency="EUR", most_a_day=5)
    new = PerClick(amount="0.20", currency="EUR", most_a_day=5, budget="0.50")
    assert list(pay([(DAY, 4, old), (DAY, 0, None), (DAY, 3, new)])) == [
        Paid(40, 0, 0),
        None,
        Paid(10, 2, 10),
    ]
