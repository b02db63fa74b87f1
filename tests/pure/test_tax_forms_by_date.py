from datetime import date

import pytest

from app.kernel.money import CurrencyMismatch, Money
from app.payouts.tax import (
    TaxForm,
    UnknownThreshold,
    expires_on,
    is_nec_due,
    is_valid_on,
    latest_nec_threshold,
    nec_threshold,
)


@pytest.mark.parametrize(("year", "cents"), [(2019, 600_00), (2025, 600_00), (2026, 2_000_00)])
def test_the_threshold_is_that_of_the_year_of_payment(year: int, cents: int) -> None:
    assert nec_threshold(year) == Money(cents, "USD")


@pytest.mark.parametrize("year", [1999, 2027, 2031])
def test_a_year_that_is_not_known_is_refused_in_a_sentence(year: int) -> None:
    with pytest.raises(UnknownThreshold, match=f"threshold of {year} is not known"):
        nec_threshold(year)


def test_a_warning_in_an_unknown_year_goes_by_the_latest_and_says_so() -> None:
    found = latest_nec_threshold(2028)
    assert (found.amount, found.is_provisional) == (Money(2_000_00, "USD"), True)
    assert not latest_nec_threshold(2026).is_provisional
    assert latest_nec_threshold(2025).amount == Money(600_00, "USD")


def test_exactly_the_threshold_is_due_and_a_cent_less_is_not() -> None:
    assert is_nec_due(Money(2_000_00, "USD"), 2026)
    assert not is_nec_due(Money(1_999_99, "USD"), 2026)
    assert is_nec_due(Money(600_00, "USD"), 2025)
    with pytest.raises(CurrencyMismatch):
        is_nec_due(Money(2_000_00, "EUR"), 2026)


def test_a_w8_ends_with_the_third_year_after_its_signature() -> None:
    assert expires_on(TaxForm.W8BEN, date(2026, 1, 1)) == date(2029, 12, 31)
    assert expires_on(TaxForm.W8BEN_E, date(2024, 2, 29)) == date(2027, 12, 31)
    assert expires_on(TaxForm.W9, date(2001, 1, 1)) is None


def test_a_form_covers_payments_from_its_signature_to_its_last_day() -> None:
    signed = date(2026, 3, 5)
    covered = [
        is_valid_on(TaxForm.W8BEN, signed_on=signed, day=day)
        for day in (date(2026, 3, 4), signed, date(2029, 12, 31), date(2030, 1, 1))
    ]
    assert covered == [False, True, True, False]
    assert is_valid_on(TaxForm.W9, signed_on=signed, day=date(2060, 1, 1))
    assert not is_valid_on(TaxForm.W9, signed_on=signed, day=date(2026, 3, 4))
