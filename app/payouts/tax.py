"""Dates and thresholds of US tax forms: pure functions, asked by payout runs and the year's report."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from app.kernel.errors import Invalid
from app.kernel.money import Money

_THRESHOLDS = {2025: 600_00, 2026: 2_000_00}
"""Cents by the first year they hold for: the last one holds until the next is known.

Source: IRC 6041(a), USD 600; since payments made after 31 December 2025 USD 2,000 (Public Law 119-21, section
70433), to be indexed for inflation from 2027."""

NETWORKS = frozenset({"paypal", "stripe"})
"""Providers whose payments are reported by themselves, on a 1099-K, and never summed into a 1099-NEC."""
_FIRST_INDEXED_YEAR = 2027
_FIRST_KNOWN_YEAR = 2000
_W8_YEARS = 3


class UnknownThreshold(Invalid):
    """A year whose threshold is not in our table yet, or never was."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"The 1099-NEC threshold of {year} is not known here: the years {_FIRST_KNOWN_YEAR} to "
            f"{_FIRST_INDEXED_YEAR - 1} are. From {_FIRST_INDEXED_YEAR} on it is indexed each year; "
            "update Tribute, or look the threshold up and file by it."
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a payee must have been paid in a year before a form is due."""

    amount: Money
    is_provisional: bool
    """True when the year's indexed amount is not known and the latest known one stands in for it."""


def nec_threshold(year: int) -> Money:
    """The 1099-NEC threshold for payments made in `year`. Raises UnknownThreshold: a report must not guess."""
    if not _FIRST_KNOWN_YEAR <= year < _FIRST_INDEXED_YEAR:
        raise UnknownThreshold(year)
    return Money(_THRESHOLDS[min(max(year, min(_THRESHOLDS)), max(_THRESHOLDS))], "USD")


def latest_nec_threshold(year: int) -> Threshold:
    """For warnings during a year: the year's threshold or, marked provisional, the latest that is known.

    Indexing only raises it, so a warning by the older amount comes early and never late.
    """
    if year >= _FIRST_INDEXED_YEAR:
        return Threshold(nec_threshold(_FIRST_INDEXED_YEAR - 1), is_provisional=True)
    return Threshold(nec_threshold(year), is_provisional=False)


def is_nec_due(paid: Money, year: int) -> bool:
    """Whether payments of that year reach the threshold: exactly the threshold does.

    Only money paid by bank, cheque or by hand counts: card and third-party networks report theirs on 1099-K.
    """
    return (paid - nec_threshold(year)).minor >= 0


class TaxForm(Enum):
    """The forms a payee can give to a US payer."""

    W9 = "w9"
    W8BEN = "w8ben"
    W8BEN_E = "w8ben_e"


class FormStatus(StrEnum):
    """What became of a form that was uploaded."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def expires_on(form: TaxForm, signed_on: date) -> date | None:
    """The last day the form holds; None for a W-9, which holds until what it says changes.

    A W-8 holds until the last day of the third calendar year after the one it was signed in.
    Source: 26 CFR 1.1441-1(e)(4)(ii)(A).
    """
    if form is TaxForm.W9:
        return None
    return date(signed_on.year + _W8_YEARS, 12, 31)


def is_valid_on(form: TaxForm, *, signed_on: date, day: date) -> bool:
    """Whether the form covers a payment made that day; one signed later does not reach back."""
    last = expires_on(form, signed_on)
    return signed_on <= day and (last is None or day <= last)


class BadForm(Invalid):
    """A form that cannot cover a payment."""


def check_dates(form: TaxForm, signed_on: date, today: date) -> None:
    """Raises BadForm for a form signed in the future, or one whose time is over."""
    if signed_on > today:
        raise BadForm(
            f"The form is signed on {signed_on}, which is still to come. Enter the day it was signed."
        )
    if signed_on.year < _FIRST_KNOWN_YEAR:
        raise BadForm(f"{signed_on} is too long ago for a form that is in use. Enter the day it was signed.")
    if not is_valid_on(form, signed_on=signed_on, day=today):
        raise BadForm(
            f"A form signed on {signed_on} held until {expires_on(form, signed_on)}. Sign a new one and upload that."
        )
