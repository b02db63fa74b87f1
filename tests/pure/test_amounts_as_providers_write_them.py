import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.currency import BadAmount
from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.payouts.amounts import (
    NothingToPay,
    NotPayable,
    decimal_string,
    from_decimal_string,
    from_stripe,
    payable_part,
    paypal_step,
    stripe_step,
    to_paypal,
    to_stripe,
)

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "ISK", "UGX", "HUF", "TWD", "MGA", "CLF", "TND", "KRW")
AMOUNTS = st.builds(Money, st.integers(1, 10**12), st.sampled_from(CURRENCIES))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(1230, "EUR"), "12.30"),
        (Money(1230, "JPY"), "1230"),
        (Money(1230, "KWD"), "1.230"),
        (Money(1, "CLF"), "0.0001"),
        (Money(-5, "EUR"), "-0.05"),
        (Money(1, "RSD"), "0.01"),
    ],
)
def test_an_amount_has_all_decimals_of_its_currency(amount: Money, text: str) -> None:
    assert decimal_string(amount) == text


@given(AMOUNTS)
def test_every_amount_comes_back_from_its_text(amount: Money) -> None:
    assert from_decimal_string(decimal_string(amount), amount.currency) == amount


def test_text_with_too_many_decimals_is_refused() -> None:
    with pytest.raises(BadAmount):
        from_decimal_string("1.005", "EUR")


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        (Money(1230, "EUR"), 1230),
        (Money(5, "ISK"), 500),
        (Money(5, "UGX"), 500),
        (Money(700, "MGA"), 7),
        (Money(1200, "HUF"), 1200),
        (Money(1230, "KWD"), 1230),
        (Money(9, "JPY"), 9),
    ],
)
def test_stripe_gets_its_own_integer(amount: Money, number: int) -> None:
    assert to_stripe(amount) == number
    assert from_stripe(number, amount.currency) == amount


@pytest.mark.parametrize(
    "amount", [Money(1201, "HUF"), Money(1201, "TWD"), Money(1231, "KWD"), Money(1, "MGA")]
)
def test_what_stripe_cannot_carry_is_refused_and_never_rounded(amount: Money) -> None:
    with pytest.raises(NotPayable, match="must be a multiple of") as refused:
        to_stripe(amount)
    assert decimal_string(amount) in str(refused.value)


def test_hundredths_of_a_whole_currency_from_stripe_are_refused() -> None:
    with pytest.raises(Invalid, match="150 for ISK"):
        from_stripe(150, "ISK")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(1230, "EUR"), "12.30"),
        (Money(1200, "HUF"), "12"),
        (Money(7, "JPY"), "7"),
        (Money(300, "TWD"), "3"),
    ],
)
def test_paypal_gets_its_own_text(amount: Money, text: str) -> None:
    assert to_paypal(amount) == text


def test_decimals_that_paypal_does_not_take_are_refused() -> None:
    with pytest.raises(NotPayable, match="no decimals in HUF"):
        to_paypal(Money(1201, "HUF"))


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_and_debts_are_not_sent(minor: int) -> None:
    for write in (to_stripe, to_paypal):
        with pytest.raises(NothingToPay):
            write(Money(minor, "EUR"))


@given(AMOUNTS)
def test_the_payable_part_is_payable_and_leaves_less_than_a_step(amount: Money) -> None:
    for step, write in ((stripe_step, to_stripe), (paypal_step, to_paypal)):
        part = payable_part(amount, step(amount.currency))
        assert 0 <= amount.minor - part.minor < step(amount.currency)
        if part:
            assert write(part)


@given(AMOUNTS)
def test_what_is_sent_to_stripe_is_what_is_read_from_it(amount: Money) -> None:
    part = payable_part(amount, stripe_step(amount.currency))
    if part:
        assert from_stripe(to_stripe(part), part.currency) == part
