"""Counts of clicks earn what the same clicks earn one by one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.commissions.click_budget import Limit, Span, limits
from app.commissions.click_days import Paid, pay
from app.commissions.happening import Happening
from app.commissions.rules.per_click import PerClick
from app.kernel.currency import minor_units

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


SUMS = st.lists(st.tuples(st.integers(0, 70), st.integers(0, 1), st.integers(0, 300)), max_size=20)
BUDGETS = st.none() | st.sampled_from(["0.10", "1.95", "4.00"])


@given(sums=SUMS, a_day=BUDGETS, a_month=BUDGETS)
def test_no_day_and_no_month_is_ever_above_the_programs_budget(
    sums: list[tuple[int, int, int]], a_day: str | None, a_month: str | None
) -> None:
    rule = PerClick(amount="0.10", currency="EUR", program_a_day=a_day, program_a_month=a_month)
    owed = {(DAY + timedelta(days=n), part): (minor, rule) for n, part, minor in sums}
    rooms = dict(limits(owed))
    paid = {at: min(minor, rooms[at].room_minor if at in rooms else minor) for at, (minor, _) in owed.items()}
    for budget, is_month in ((a_day, False), (a_month, True)):
        if budget is None:
            continue
        most = minor_units(budget, "EUR")
        for first in {day.replace(day=1) if is_month else day for day, _ in paid}:
            within = [at for at in paid if (at[0].replace(day=1) if is_month else at[0]) == first]
            spent = sum(paid[at] for at in within)
            assert spent <= most
            if None in (a_day, a_month):
                assert spent == min(most, sum(owed[at][0] for at in within))


def test_what_was_paid_by_earlier_terms_counts_and_the_day_is_told_of_first() -> None:
    old = PerClick(amount="0.10", currency="EUR")
    new = PerClick(amount="0.10", currency="EUR", program_a_day="1.00", program_a_month="2.00")
    found = dict(
        limits(
            {
                (DAY, 0): (60, old),
                (DAY, 1): (60, new),
                (DAY + timedelta(days=1), 1): (100, new),
                (DAY + timedelta(days=2), 1): (10, new),
                (date(2026, 12, 1), 1): (90, new),
            }
        )
    )
    day, month = Span(False, DAY), Span(True, DAY)
    assert found == {
        (DAY, 1): Limit(40, "1.00", "EUR", (day,)),
        (DAY + timedelta(days=1), 1): Limit(
            100, "1.00", "EUR", (Span(False, DAY + timedelta(days=1)), month)
        ),
        (DAY + timedelta(days=2), 1): Limit(0, "2.00", "EUR", (month,)),
    }
