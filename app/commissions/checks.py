"""What every rule and condition asks of its parameters. Raises Invalid with the value."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import msgspec

from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid

MOST_IDS = 1000
MOST_STEPS = 50
LONGEST_TEXT = 255
LARGEST_COUNT = 1_000_000
DECIMALS = 6
"""As many as a rate's column holds."""


Rate = TypeVar("Rate")


class FlatCurrency(Invalid):
    """A fixed amount met an order of another currency."""

    def __init__(self, rule: str, order: str) -> None:
        super().__init__(
            f"This flat commission is in {rule} and the order in {order}; publish an offer in {order}."
        )


def same_currency(rule: str, order: str) -> None:
    """Refuse to price an order by amounts of another currency. Raises FlatCurrency."""
    if rule != order:
        raise FlatCurrency(rule, order)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of a table of rates: from this much on, this rate."""

    start: str = msgspec.field(name="from")
    rate: Decimal


def fraction(name: str, value: Decimal) -> None:
    """Refuse what is no fraction of 0 to 1 with at most six decimals."""
    if not value.is_finite() or not 0 <= value <= 1:
        raise Invalid(f"{name} is {value}; write a fraction between 0 and 1: 0.12 is twelve percent.")
    if -int(value.as_tuple().exponent) > DECIMALS:
        raise Invalid(f"{name} is {value}; a rate has at most {DECIMALS} decimals.")


def above_nothing(name: str, text: str, currency: str) -> int:
    """The amount in minor units; it is more than 0."""
    minor = minor_units(text, currency)
    if minor <= 0:
        raise Invalid(f"{name} is {text} {currency}; it must be more than 0.")
    return minor


@lru_cache(maxsize=1024)
def minor(text: str, currency: str) -> int:
    """An amount of a rule in minor units. Remembered, because a rule asks for every order."""
    return minor_units(text, currency)


def count(name: str, value: int, least: int = 1) -> None:
    """Refuse a number of things that is too small or beyond all sense."""
    if not least <= value <= LARGEST_COUNT:
        raise Invalid(f"{name} is {value}; it must be between {least} and {LARGEST_COUNT}.")


def money(minor: int, currency: str) -> str:
    """The amount as people read it in explain: 5.00 EUR."""
    return f"{major_units(minor, currency):f} {currency}"


def ids(name: str, values: Sequence[str]) -> None:
    """Refuse a list that is empty, too long, says one twice, or holds what is no number of Shopify's."""
    some(name, values)
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) < 20 and value[0] != "0"):  # noqa: PLR2004
            raise Invalid(f"{name} holds {value[:40]!r}; write Shopify's number, such as 632910392.")


def some(name: str, values: Sequence[str]) -> None:
    """Refuse a list that is empty, too long, says one thing twice, or holds an empty text."""
    if not values:
        raise Invalid(f"{name} is empty; name at least one, or leave the condition out.")
    if len(values) > MOST_IDS:
        raise Invalid(f"{name} holds {len(values)}; at most {MOST_IDS} fit.")
    for value in values:
        if not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
            raise Invalid(f"{name} holds {value[:40]!r}; write 1 to {LONGEST_TEXT} characters.")
    seen: set[str] = set()
    for value in values:
        if fold(value) in seen:
            raise Invalid(f"{name} names {value!r} twice.")
        seen.add(fold(value))


def fold(text: str) -> str:
    """How tags, vendors and channels are compared: without case, as Shopify compares them."""
    return text.strip().casefold()


@lru_cache(maxsize=1024)
def thresholds(steps: tuple[Step, ...], currency: str | None) -> tuple[tuple[int, Decimal], ...]:
    """(threshold, rate) of each step, ascending from 0. Thresholds: minor units, or a count without a currency.

    The first step starts at 0 and each next one higher, so that there is neither hole nor overlap.
    Remembered, because a rule asks for every order.
    """
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid(f"steps has {len(steps)} rows; write 1 to {MOST_STEPS}.")
    found = [(_threshold(step.start, currency), step) for step in steps]
    if found[0][0] != 0:
        raise Invalid(f"the first step starts at {steps[0].start}, which leaves a hole below it; start at 0.")
    for (low, before), (high, step) in pairwise(found):
        if high <= low:
            raise Invalid(
                f"a step from {step.start} comes after one from {before.start}; "
                "each step starts higher than the one before it."
            )
    for step in steps:
        fraction("rate", step.rate)
    return tuple((at, step.rate) for at, step in found)


def _threshold(text: str, currency: str | None) -> int:
    if currency is not None:
        return minor_units(text, currency)
    return orders("a step starts from", text)


def orders(name: str, text: str) -> int:
    """A number of orders that is written as text, where the same field may also hold an amount."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_COUNT))):
        raise Invalid(f"{name} {text[:40]!r}; write a whole number of orders.")
    return int(text)


def reached(steps: Sequence[tuple[int, Rate]], value: int) -> tuple[int, Rate]:
    """The last step that starts at or below the value."""
    return [step for step in steps if step[0] <= value][-1] if value >= 0 else steps[0]


def named(noun: str, values: Sequence[str], most: int = 5) -> str:
    """What a list asks for, in words: tag summer, winter and 3 more."""
    shown = ", ".join(values[:most])
    rest = len(values) - most
    return f"{noun} {shown}" + (f" and {rest} more" if rest > 0 else "")
