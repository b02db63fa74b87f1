"""Our minor units as each provider writes amounts, and back: exact or refused, nothing is ever rounded.

ISO 4217 says how many decimals a currency has; some providers disagree for some currencies. Those
disagreements stand here and nowhere else. Providers and bank files call this at their edge.
"""

from app.kernel.currency import exponent, major_units, minor_units
from app.kernel.errors import Invalid
from app.kernel.money import Money

_STRIPE_TWO_DECIMALS_ENDING_IN_00 = frozenset({"ISK", "UGX"})
"""No decimals by ISO; Stripe still takes hundredths, which must be 00."""
_STRIPE_WHOLE_PAYOUTS = frozenset({"HUF", "TWD"})
"""Hundredths in charges; a payout must be a whole number of forints or dollars."""
_STRIPE_NO_DECIMALS = frozenset({"MGA"})
"""Two decimals by ISO (an ariary has five iraimbilanja); Stripe counts whole ariary."""
_PAYPAL_NO_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
"""PayPal refuses decimals in these, whatever ISO says."""

_THREE = 3


class NotPayable(Invalid):
    """An amount that the provider's format cannot carry exactly."""

    def __init__(self, amount: Money, provider: str, why: str) -> None:
        super().__init__(
            f"{provider} cannot pay {decimal_string(amount)} {amount.currency}: {why}. "
            "Pay the part it can and carry the rest to the next payout."
        )
        self.amount = amount
        self.provider = provider


class NothingToPay(Invalid):
    """Zero or less: no provider moves it, and a debt is carried, never sent."""

    def __init__(self, amount: Money) -> None:
        super().__init__(
            f"{decimal_string(amount)} {amount.currency} is nothing to pay: a payout is more than zero, "
            "a debt is carried to the next one."
        )
        self.amount = amount


def decimal_string(amount: Money) -> str:
    """The amount in major units with all decimals of its currency: '12.30', '1230' for JPY, '1.230' for KWD."""
    return f"{major_units(amount.minor, amount.currency):f}"


def from_decimal_string(text: str, currency: str) -> Money:
    """The amount that a file or an API wrote in major units. Raises BadAmount, UnknownCurrency."""
    return Money(minor_units(text.strip(), currency), currency)


def payable_part(amount: Money, step: int) -> Money:
    """The largest amount not above it that is a multiple of `step` minor units; the rest is carried."""
    return Money(amount.minor - amount.minor % step, amount.currency)


def stripe_step(currency: str) -> int:
    """The smallest amount, in our minor units, whose multiples Stripe can pay out."""
    if currency in _STRIPE_WHOLE_PAYOUTS | _STRIPE_NO_DECIMALS:
        return _whole(currency)
    return 10 if exponent(currency) == _THREE else 1


def to_stripe(amount: Money) -> int:
    """The integer that Stripe's API wants. Raises NothingToPay, NotPayable.

    Source: docs.stripe.com/currencies, "Zero-decimal", "Three-decimal" and "Special cases" (payouts.md 6).
    """
    _positive(amount)
    if amount.minor % stripe_step(amount.currency):
        raise NotPayable(amount, "Stripe", f"it must be a multiple of {_step_text(amount.currency)}")
    if amount.currency in _STRIPE_TWO_DECIMALS_ENDING_IN_00:
        return amount.minor * 100
    if amount.currency in _STRIPE_NO_DECIMALS:
        return amount.minor // _whole(amount.currency)
    return amount.minor


def from_stripe(number: int, currency: str) -> Money:
    """What Stripe's integer says, in our minor units. Raises Invalid for hundredths of a whole currency."""
    if currency in _STRIPE_TWO_DECIMALS_ENDING_IN_00:
        whole, rest = divmod(number, 100)
        if rest:
            raise Invalid(f"Stripe names {number} for {currency}, which ends in 00 there: it was not booked.")
        return Money(whole, currency)
    if currency in _STRIPE_NO_DECIMALS:
        return Money(number * _whole(currency), currency)
    return Money(number, currency)


def paypal_step(currency: str) -> int:
    """The smallest amount, in our minor units, whose multiples PayPal can pay out."""
    return _whole(currency) if currency in _PAYPAL_NO_DECIMALS else 1


def to_paypal(amount: Money) -> str:
    """The text of `amount.value` in a payout item. Raises NothingToPay, NotPayable."""
    _positive(amount)
    if amount.minor % paypal_step(amount.currency):
        raise NotPayable(amount, "PayPal", f"it takes no decimals in {amount.currency}")
    if amount.currency in _PAYPAL_NO_DECIMALS:
        return str(amount.minor // paypal_step(amount.currency))
    return decimal_string(amount)


def _positive(amount: Money) -> None:
    if amount.minor <= 0:
        raise NothingToPay(amount)


def _step_text(currency: str) -> str:
    return f"{decimal_string(Money(stripe_step(currency), currency))} {currency}"


def _whole(currency: str) -> int:
    """One whole unit of the currency in minor units."""
    return int(10 ** exponent(currency))
