"""One field of an offer between its kept writing and what a person types: 12 for "0.12". Pure.

Each reader raises Invalid with what was typed. A person's comma is a point, and blanks are no mistake.
"""

import re
from decimal import Decimal
from typing import Any

from app.campaigns.model import plain
from app.kernel import words
from app.kernel.currency import exponent, major_units, minor_units
from app.kernel.errors import Invalid
from app.kernel.fields import LISTS, Field, FieldKind

HUNDRED = Decimal(100)
PERCENT_DECIMALS = 4
"""A rate has six decimals, so a percentage has four."""
LONGEST_NUMBER = 30
SMALLEST = "0.01"
SHOPIFY_NUMBER = re.compile(r"(?:[^?]*/)?(\d{1,19})/?(?:\?.*)?", re.ASCII)
"""A bare number, a gid, or the address of a page in the admin."""
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
COUNTRY = re.compile(r"[A-Za-z]{2}")
NUMBERS = frozenset({FieldKind.PRODUCTS, FieldKind.VARIANTS, FieldKind.COLLECTIONS})


def shown(field: Field, kept: Any) -> str:
    """What a person would type for a value that is kept."""
    if kept is None:
        return ""
    if field.kind is FieldKind.PERCENT:
        return f"{plain(Decimal(kept) * HUNDRED):f}"
    return "yes" if field.kind is FieldKind.SWITCH else str(kept)


def read(field: Field, text: str, currency: str) -> Any:
    """The value as it is kept. Raises Invalid with what was typed; the field itself is not empty."""
    if field.kind in LISTS:
        return _list(field, text)
    return _READERS.get(field.kind, _line)(field, text.strip(), currency)


def unit(field: Field, currency: str) -> str:
    """What stands behind the input: %, the currency, or nothing."""
    return {FieldKind.PERCENT: "%", FieldKind.MONEY: currency}.get(field.kind, "")


def _percent(field: Field, text: str, _currency: str) -> str:
    number = _number(text.removesuffix("%").strip(), "a percentage")
    if number != round(number, PERCENT_DECIMALS):
        raise Invalid(f"{text} has more than {PERCENT_DECIMALS} decimals.")
    least, most = (Decimal(edge) * HUNDRED for edge in (field.least or "0", field.most or "1"))
    if not least <= number <= most:
        raise Invalid(f"{text} is not a percentage from {plain(least):f} to {plain(most):f}.")
    return f"{plain(number / HUNDRED):f}"


def _money(field: Field, text: str, currency: str) -> str:
    number = _number(text.removesuffix(currency).strip(), f"an amount in {currency}")
    decimals = exponent(currency)
    if number != round(number, decimals):
        raise Invalid(f"{text} has more decimals than {currency}, which has {decimals or 'none'}.")
    minor = minor_units(number, currency)
    least = _edge(field.least, currency)
    if least is not None and minor < least:
        raise Invalid(f"{text} is less than {major_units(least, currency):f} {currency}.")
    most = _edge(field.most, currency)
    if most is not None and minor > most:
        raise Invalid(f"{text} is more than {major_units(most, currency):f} {currency}.")
    return f"{major_units(minor, currency):f}"


def _edge(text: str | None, currency: str) -> int | None:
    """An end of a range in minor units; rules write the smallest amount there is as 0.01 of any currency."""
    if text is None:
        return None
    return 1 if text == SMALLEST else int(Decimal(text).scaleb(exponent(currency)))


def _count(field: Field, text: str, _currency: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER):
        raise Invalid(f"{text[:20]!r} is not a whole number.")
    number = int(text)
    if field.least is not None and number < int(field.least):
        raise Invalid(f"{number} is too small; it is at least {field.least}.")
    if field.most is not None and number > int(field.most):
        raise Invalid(f"{number} is too large; it is at most {field.most}.")
    return number


def _choice(field: Field, text: str, _currency: str) -> str:
    if text not in {choice.key for choice in field.choices}:
        raise Invalid(f"{text[:40]!r} is none of the choices.")
    return text


def _line(_field: Field, text: str, _currency: str) -> str:
    return words.line(text)


def _list(field: Field, text: str) -> list[str]:
    """One entry a line, countries and numbers also with commas or blanks between them; kept sorted."""
    parts = re.split(r"\n" if field.kind is FieldKind.TEXTS else r"[\s,;]+", text)
    return sorted(_entry(field, part.strip()) for part in parts if part.strip())


def _entry(field: Field, text: str) -> str:
    if field.kind is FieldKind.COUNTRIES:
        if COUNTRY.fullmatch(text) is None:
            raise Invalid(f"{text[:40]!r} is no country; write two letters, such as DE.")
        return text.upper()
    if field.kind in NUMBERS:
        match = SHOPIFY_NUMBER.fullmatch(text)
        if match is None:
            raise Invalid(
                f"{text[:60]!r} has no number of Shopify's; paste the address of its page in the admin."
            )
        return match[1]
    return words.line(text)


def _number(text: str, what: str) -> Decimal:
    if len(text) > LONGEST_NUMBER or NUMBER.fullmatch(text) is None:
        raise Invalid(f"{text[:20]!r} is not {what}.")
    return Decimal(text.replace(",", "."))


_READERS = {
    FieldKind.PERCENT: _percent,
    FieldKind.MONEY: _money,
    FieldKind.COUNT: _count,
    FieldKind.CHOICE: _choice,
}
