"""Tiles and lines of a period beside the one before, from days that the store read."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.kernel.period import Period
from app.reports.column import Unit
from app.reports.model import MEASURES, Calendar, Totals
from app.reports.performance import change, line, tiles
from app.reports.sheet import sheet

START = date(2026, 11, 1)
WEEK = Period(START, START + timedelta(days=6))
ALWAYS = Calendar(date(2026, 1, 1), date(2026, 12, 31))


def day(net: int, orders: int = 1, commission: int = 0) -> Totals:
    return Totals(Decimal(orders), net, net, net, commission)


def test_every_column_counts_a_measure_that_the_rollups_have() -> None:
    assert {c.of for c in sheet().values()} <= set(MEASURES)
    assert {c.per for c in sheet().values()} <= {*MEASURES, None}


def test_columns_stand_in_one_order_and_each_has_its_definition() -> None:
    assert list(sheet()) == [
        "orders",
        "gmv",
        "gross_sales",
        "net_sales",
        "commission",
        "fees",
        "gifts",
        "aov",
        "cpa",
        "roas",
    ]
    assert all(len(c.help) > 20 for c in sheet().values())


@pytest.mark.parametrize("key", ["aov", "cpa", "roas"])
def test_a_ratio_of_nothing_is_not_available_and_never_zero(key: str) -> None:
    assert sheet()[key].value(Totals()) is None


def test_ratios_are_of_the_totals_and_not_averages_of_days() -> None:
    days = {START: day(1000, 1), START + timedelta(days=1): day(5000, 9)}
    found = {t.key: t.value for t in tiles(days, WEEK, ALWAYS)}
    assert found["aov"] == Decimal(600)


def test_a_change_is_against_the_period_of_equal_length_before() -> None:
    days = {START - timedelta(days=7): day(100), START - timedelta(days=8): day(9999), START: day(112)}
    moved = next(t for t in tiles(days, WEEK, ALWAYS) if t.key == "net_sales").change
    assert moved is not None
    assert (moved.share, moved.is_good) == (Decimal("0.120"), True)


def test_more_cost_is_worse_and_less_is_better() -> None:
    commission = sheet()["commission"]
    up, down = change(commission, Decimal(110), Decimal(100)), change(commission, Decimal(90), Decimal(100))
    assert up is not None
    assert down is not None
    assert (up.is_good, down.is_good) == (False, True)


def test_a_fall_is_never_more_than_everything_and_nothing_has_no_change() -> None:
    net = sheet()["net_sales"]
    fallen = change(net, Decimal(-50), Decimal(100))
    assert fallen is not None
    assert fallen.share == -1
    assert change(net, Decimal(5), Decimal(0)) is None
    assert change(net, None, Decimal(5)) is None


def test_what_rounds_to_no_change_is_neither_good_nor_bad() -> None:
    same = change(sheet()["net_sales"], Decimal(100001), Decimal(100000))
    assert same is not None
    assert same.share == 0
    assert same.is_good is None


def test_a_day_without_sales_is_zero_but_before_the_install_and_after_today_it_is_missing() -> None:
    known = Calendar(START + timedelta(days=1), START + timedelta(days=3))
    values = [d.value for d in line({START + timedelta(days=2): day(70)}, WEEK, known, sheet()["net_sales"])]
    assert values == [None, 0, 70, 0, None, None, None]


def test_units_say_how_a_value_is_shown() -> None:
    assert {key: c.unit for key, c in sheet().items() if c.unit is not Unit.MONEY} == {
        "orders": Unit.COUNT,
        "roas": Unit.TIMES,
    }
