"""Exact amounts: Decimal, rounded half up to the currency's exponent, split by largest remainder.

The devstore's own arithmetic on purpose: if the app shared it, both could be wrong together.
"""

import functools
from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0,
    "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0,
    "XPF": 0,
}  # fmt: skip


def exponent(currency: str) -> int:
    """Digits after the point (ISO 4217)."""
    return EXPONENTS.get(currency, 2)


@functools.cache
def unit(currency: str) -> Decimal:
    """The smallest amount: 0.01, 1 or 0.001."""
    return Decimal(1).scaleb(-exponent(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, as Shopify rounds taxes and percentages."""
    return amount.quantize(unit(currency), ROUND_HALF_UP)


def text(amount: Decimal, currency: str) -> str:
    """REST: fixed digits: "24.00", "45000", "4.500"."""
    return str(rounded(amount, currency))


def split(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts in proportion to the weights that add up to total.

    What is left goes to the largest remainders, ties to the first. ValueError: a total, but no weight.
    """
    whole = sum(weights, Decimal(0))
    if whole == 0:
        if total != 0:
            raise ValueError(f"cannot split {total} {currency} over nothing")
        return [Decimal(0) for _ in weights]
    step = unit(currency)
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(step, ROUND_FLOOR) for share in exact]
    left = int((total - sum(parts, Decimal(0))) / step)
    ranked = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in ranked[:left]:
        parts[i] += step
    return parts


def portion(total: Decimal, before: int, after: int, of: int, currency: str) -> Decimal:
    """What units number before+1 to after (of `of`) carry of a total, so that all portions add up to it."""
    return rounded(total * after / of, currency) - rounded(total * before / of, currency)
