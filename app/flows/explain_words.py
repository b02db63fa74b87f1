"""How an explanation writes amounts, weights and terms: for programs, and for people without a locale."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.kernel.currency import major_units

PERCENT = Decimal(100)


def money(minor: int, currency: str) -> dict[str, Any]:
    """An amount of a record."""
    return {"minor": minor, "currency": currency}


def plain(number: Decimal) -> str:
    """A weight in its plainest writing: 0.5 for 0.500000."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class PlainVoice:
    """How an offer is spoken where nobody's locale is known. See flows.offer_words.Voice."""

    currency: str

    def money(self, minor: int, currency: str | None = None) -> str:
        """12.00 EUR."""
        return f"{major_units(minor, currency or self.currency)} {currency or self.currency}"

    def share(self, fraction: Decimal) -> str:
        """12%."""
        return f"{plain(fraction * PERCENT)}%"

    def territory(self, code: str) -> str:
        """The code itself."""
        return code
