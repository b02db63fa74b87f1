"""Shapes of charts, and how numbers are written."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.column import Unit
from app.reports.performance import Day
from app.web.charts import line_chart, sparkline
from app.web.formats import Format, locale_of

FIRST = date(2026, 11, 1)


def days(*values: int | None) -> list[Day]:
    return [
        Day(FIRST + timedelta(days=i), None if v is None else Decimal(v), FIRST, None)
        for i, v in enumerate(values)
    ]


def test_a_missing_day_breaks_the_line_instead_of_falling_to_zero() -> None:
    chart = line_chart(days(100, 200, None, 100, 200), unit=Decimal(1))
    assert chart.line.count("M") == 2
    assert chart.area.count("Z") == 2


def test_a_day_alone_between_two_missing_ones_is_a_dot() -> None:
    assert line_chart(days(None, 5, None), unit=Decimal(1)).line.endswith("h.1")


def test_without_any_value_there_is_an_axis_and_no_line() -> None:
    chart = line_chart(days(None, None), unit=Decimal(1))
    assert (chart.line, chart.area, chart.before) == ("", "", "")
    assert [at for at, _ in chart.levels] == [0, 100]
    assert sparkline([None, None]) == ""


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=60), st.sampled_from([1, 100, 1000]))
def test_the_axis_is_round_holds_every_value_and_has_few_marks(values: list[int], unit: int) -> None:
    chart = line_chart(days(*values), unit=Decimal(unit))
    top = chart.levels[-1][1]
    assert top >= max(values)
    assert 2 <= len(chart.levels) <= 6
    assert chart.levels[0] == (Decimal(0), Decimal(0))
    assert len(chart.days) <= 6 or len(values) <= 6


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=40))
def test_a_sparkline_stays_inside_its_box(values: list[int | None]) -> None:
    path = sparkline([None if v is None else Decimal(v) for v in values])
    points = [
        p.split(" ") for p in path.replace("h.1", "").replace("M", "|").replace("L", "|").split("|")[1:]
    ]
    assert all(0 <= Decimal(x) <= 1000 and 0 <= Decimal(y) <= 100 for x, y in points)


@pytest.mark.parametrize(
    ("currency", "minor", "full", "glance"),
    [
        ("EUR", 123456, "€1,234.56", "€1,235"),
        ("JPY", 5, "¥5", "¥5"),
        ("KWD", 12345, "KWD12.345", "KWD12.345"),
    ],
)
def test_money_has_the_decimals_of_its_currency(currency: str, minor: int, full: str, glance: str) -> None:
    written = Format(locale_of(["en-US"]), currency, "Europe/Amsterdam")
    assert written.money(minor).replace("\xa0", "") == full
    assert written.glance(minor).replace("\xa0", "") == glance


def test_each_locale_writes_and_runs_its_own_way() -> None:
    def of(tag: str) -> Format:
        return Format(locale_of([tag]), "EUR", "Europe/Amsterdam")

    assert of("de-DE").percent(Decimal("0.1234")) == "12,3\xa0%"
    assert of("en").percent(Decimal("0.1234")) == "12.3%"
    assert (of("ar").direction, of("de").direction) == ("rtl", "ltr")
    assert of("not a locale").locale == of("en").locale


def test_a_value_that_is_not_available_says_so() -> None:
    written = Format(locale_of(["en"]), "EUR", "Europe/Amsterdam")
    assert written.value(Unit.MONEY, None) == "n/a"
    assert written.value(Unit.TIMES, Decimal("7.934")) == "7.93×"  # noqa: RUF001
    assert written.value(Unit.COUNT, Decimal("12.500000")) == "12.5"
