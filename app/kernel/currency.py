"""Currencies by ISO 4217: how many decimals an amount has, and reading amounts exactly."""

from decimal import Decimal
from functools import cache

from iso4217 import Currency

from app.kernel.errors import Invalid

LARGEST_MINOR = 10**15
"""No single amount of ours may reach this: sums of many still fit a 64-bit column."""

_FAST_DIGITS = 15
"""As many digits as stay below LARGEST_MINOR whatever they are."""


class UnknownCurrency(Invalid):
    """A currency code that ISO 4217 does not list, or lists without a minor unit."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not a currency of ISO 4217 that money is counted in.")
        self.code = code


class BadAmount(Invalid):
    """Text that is no amount of that currency."""

    def __init__(self, text: object, currency: str) -> None:
        super().__init__(f"{str(text)[:40]!r} is not an exact amount in {currency}.")
        self.text = text
        self.currency = currency


@cache
def exponent(code: str) -> int:
    """Decimals of the currency: 2 for EUR, 0 for JPY, 3 for KWD. Raises UnknownCurrency."""
    try:
        found = Currency(code).exponent
    except ValueError:
        raise UnknownCurrency(code) from None
    if found is None:
        raise UnknownCurrency(code)
    return int(found)


@cache
def _unit(code: str) -> Decimal:
    return Decimal(10) ** exponent(code)


def minor_units(text: str | Decimal, currency: str) -> int:
    """The amount in minor units, exactly: '12.30' EUR is 1230. Raises BadAmount, UnknownCurrency.

    Never rounds: an amount with more decimals than its currency has is refused.
    """
    if isinstance(text, str):
        # The usual "12.30", without the detour through Decimal: an order has a dozen of these.
        whole_part, _, decimals = text.partition(".")
        digits = whole_part + decimals
        if (
            len(decimals) == exponent(currency)
            and len(digits) <= _FAST_DIGITS
            and digits.isascii()
            and digits.isdigit()
        ):
            return int(digits)
        if not text.isascii() or "_" in text:
            # Decimal would read digits of every script, and 1_000; nobody who means money writes them.
            raise BadAmount(text, currency)
    unit = _unit(currency)
    try:
        scaled = Decimal(text) * unit
        whole = int(scaled)
    except (ArithmeticError, ValueError):  # decimal's own Overflow is an ArithmeticError only.
        raise BadAmount(text, currency) from None
    if whole != scaled or not -LARGEST_MINOR < whole < LARGEST_MINOR:
        raise BadAmount(text, currency)
    return whole


def major_units(minor: int, currency: str) -> Decimal:
    """The amount in major units as an exact decimal: 1230 EUR is Decimal('12.30')."""
    return Decimal(minor).scaleb(-exponent(currency))
