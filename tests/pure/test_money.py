"""Amounts are exact; there are two roundings, and neither loses anything."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currency import BadAmount, UnknownCurrency, exponent, major_units, minor_units
from app.kernel.money import CurrencyMismatch, Money, half_even, share_out, times

MINOR = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "EUR", 1230),
        ("45000", "VND", 45000),
        ("1200", "JPY", 1200),
        ("1200.0", "JPY", 1200),
        ("4.500", "KWD", 4500),
        ("4.5", "KWD", 4500),
        ("-7.00", "USD", -700),
        ("0.1", "USD", 10),
    ],
)
def test_an_amount_counts_in_the_minor_units_of_its_currency(text: str, currency: str, minor: int) -> None:
    assert minor_units(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "10.005",
        "1e400",
        "NaN",
        "Infinity",
        "",
        "12,30",
        "abc",
        "9" * 16 + ".00",
        "-1e15",
        "\u0661\u0662.\u0663\u0660",
        "1_000.00",
    ],
)
def test_what_is_no_exact_amount_is_refused_and_never_rounded(text: str) -> None:
    with pytest.raises(BadAmount, match="not an exact amount in EUR"):
        minor_units(text, "EUR")


@pytest.mark.parametrize("code", ["XYZ", "", "eur", "XXX"])
def test_a_currency_that_money_is_not_counted_in_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        minor_units("1.00", code)


@given(minor=MINOR, currency=st.sampled_from(["EUR", "JPY", "KWD", "VND", "USD"]))
def test_an_amount_survives_the_way_through_its_text(minor: int, currency: str) -> None:
    assert minor_units(str(major_units(minor, currency)), currency) == minor


def test_exponents_are_those_of_iso_4217() -> None:
    assert {c: exponent(c) for c in ("JPY", "EUR", "KWD", "VND", "CLF")} == {
        "JPY": 0, "EUR": 2, "KWD": 3, "VND": 0, "CLF": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("n", "d", "rounded"), [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (1, 3, 0), (2, 3, 1)]
)
def test_a_half_goes_to_the_even_neighbour(n: int, d: int, rounded: int) -> None:
    assert half_even(n, d) == rounded


@given(n=MINOR, d=st.integers(1, 10**6))
def test_half_even_is_what_python_rounds_a_fraction_to(n: int, d: int) -> None:
    assert half_even(n, d) == round(Fraction(n, d))


def test_a_rate_rounds_once() -> None:
    assert times(1250, Decimal("0.1")) == 125
    assert times(1255, Decimal("0.1")) == 126
    assert times(1245, Decimal("0.1")) == 124


@given(total=MINOR, weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_parts_add_up_to_the_whole_and_differ_from_their_share_by_less_than_one(
    total: int, weights: list[int]
) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    if sum(weights):
        exact = [Fraction(total * w, sum(weights)) for w in weights]
        assert all(abs(p - e) < 1 for p, e in zip(parts, exact, strict=True))


def test_a_tie_goes_to_the_earlier_part() -> None:
    assert share_out(1, [1, 1]) == [1, 0]
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]


def test_weights_of_nothing_give_everything_to_the_first() -> None:
    assert share_out(7, [0, 0]) == [7, 0]
    assert share_out(7, []) == []


def test_money_of_two_currencies_is_never_added() -> None:
    assert Money(5, "EUR") + Money(7, "EUR") - Money(2, "EUR") == -Money(-10, "EUR")
    with pytest.raises(CurrencyMismatch, match="EUR cannot be combined with an amount in USD"):
        Money(1, "EUR") + Money(1, "USD")
