"""How likely so many orders in a day are, given a code's own past. Exact decimals, no floats: replay agrees.

A steady code brings Poisson many orders at a rate that we do not know. Seen history gives the rate a
gamma distribution, so what comes next is negative binomial: wide while little is known, and Poisson
once much is. The prior is one order on one day. Source: decision 0064.
"""

from decimal import Context, Decimal

from app.fraud.model import HOURS_OF_A_DAY

SURELY = 1000
"""Beyond so many orders, four times the usual day is rarer than any odds that can be set."""
_EXACT = Context(prec=50, Emin=-999_999, Emax=999_999)


def expected_tenths(history: int, hours: int) -> int:
    """Orders that the past makes likely within 24 hours, in tenths, rounded up."""
    return -(-(history + 1) * HOURS_OF_A_DAY * 10 // (hours + HOURS_OF_A_DAY))


def is_rarer_than(odds: int, orders: int, *, history: int, hours: int) -> bool:
    """Whether `orders` or more in 24 hours have a chance below one in `odds`.

    `history`: orders seen in the `hours` before. One minus the sum of the chances of fewer orders.
    """
    if orders >= SURELY:
        return True
    shape = history + 1
    stay = _EXACT.divide(Decimal(hours + HOURS_OF_A_DAY), Decimal(hours + 2 * HOURS_OF_A_DAY))
    go = _EXACT.subtract(Decimal(1), stay)
    chance = _EXACT.power(stay, shape)
    fewer = Decimal(0)
    for number in range(orders):
        fewer = _EXACT.add(fewer, chance)
        chance = _EXACT.multiply(chance, _EXACT.divide(go * (shape + number), Decimal(number + 1)))
    return _EXACT.multiply(_EXACT.subtract(Decimal(1), fewer), Decimal(odds)) < 1
