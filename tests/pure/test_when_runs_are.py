"""The calendar of payouts, by the shop's own days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.payouts.calendar import Cadence, next_run, runs_between
from app.payouts.settings import Settings

BERLIN = "Europe/Berlin"


def local(month: int, day: int, hour: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(BERLIN))


@pytest.mark.parametrize(("cadence", "now", "cut_off", "pay_at"), [
    (Cadence.MONTHLY, local(11, 10), local(11, 1), local(11, 15, 9)),
    (Cadence.MONTHLY, local(11, 15, 9), local(12, 1), local(12, 15, 9)),
    (Cadence.MONTHLY, local(12, 20), local(1, 1, year=2027), local(1, 15, 9, year=2027)),
    (Cadence.TWICE_MONTHLY, local(11, 16), local(11, 15), local(12, 1, 9)),
    (Cadence.TWICE_MONTHLY, local(3, 2), local(3, 1), local(3, 15, 9)),
    (Cadence.WEEKLY, local(11, 24), local(11, 23), local(11, 30, 9)),
])  # fmt: skip
def test_the_next_run(cadence: Cadence, now: datetime, cut_off: datetime, pay_at: datetime) -> None:
    found = next_run(cadence, now, BERLIN)
    assert found is not None
    assert (found.cut_off, found.pay_at) == (cut_off, pay_at)


def test_a_shop_without_a_calendar_has_no_runs() -> None:
    assert next_run(Cadence.NEVER, local(11, 1), BERLIN) is None
    assert runs_between(Cadence.NEVER, local(1, 1), local(12, 1), BERLIN) == []


def test_nine_in_the_morning_stays_nine_when_clocks_change() -> None:
    hours = {
        run.pay_at.astimezone(UTC).hour
        for run in runs_between(Cadence.MONTHLY, local(1, 1), local(12, 31), BERLIN)
    }
    assert hours == {7, 8}


@given(
    st.sampled_from(list(Cadence)[1:]),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants them so
    st.sampled_from([BERLIN, "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati"]),
)
def test_every_run_pays_what_was_payable_before_it_and_each_follows_the_last(
    cadence: Cadence, now: datetime, zone: str
) -> None:
    first, second = runs_between(cadence, now, now + timedelta(days=80), zone)[:2]
    assert now < first.pay_at < second.pay_at
    assert first.cut_off < first.pay_at
    assert first.cut_off < second.cut_off < second.pay_at


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Invalid, match="minimum"):
        Settings(minimum=-1)
    with pytest.raises(Invalid, match="second approval"):
        Settings(second_approver_from=-5)
    with pytest.raises(Invalid, match="'Germany' is no country"):
        Settings(blocked_countries=frozenset({"Germany"}))


def test_the_minimum_is_in_whole_units_of_each_currency() -> None:
    assert [Settings().minimum_minor(currency) for currency in ("EUR", "JPY", "KWD")] == [2000, 20, 20000]
