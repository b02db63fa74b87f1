"""Dates on pages are dates of the shop's own zone."""

from datetime import UTC, date, datetime

from app.web.formats import Format, locale_of

AMSTERDAM = Format(locale_of(["en"]), "EUR", "Europe/Amsterdam")


def test_an_instant_falls_on_the_day_that_it_is_in_the_shop() -> None:
    midnight_in_amsterdam = datetime(2025, 5, 31, 22, 0, tzinfo=UTC)
    assert AMSTERDAM.full_day(midnight_in_amsterdam) == "Jun 1, 2025"
    assert AMSTERDAM.instant(midnight_in_amsterdam).startswith("Jun 1, 2025")


def test_a_day_is_a_day_wherever_it_is_read() -> None:
    assert AMSTERDAM.full_day(date(2025, 6, 1)) == "Jun 1, 2025"
