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


def test_a_zone_is_named_by_its_city() -> None:
    assert AMSTERDAM.place == "Amsterdam"
    assert Format(locale_of(["en"]), "EUR", "America/New_York").place == "New York"
    assert Format(locale_of(["en"]), "EUR", "UTC").place == "UTC"


def test_a_rate_is_a_percentage_whichever_rule_it_comes_from_and_an_amount_stays_one() -> None:
    assert AMSTERDAM.rate("0.1") == "10%"
    assert AMSTERDAM.rate("0.0225") == "2.25%"
    assert AMSTERDAM.rate("1") == "100%"
    assert AMSTERDAM.rate("2.00 EUR") == "2.00 EUR"
