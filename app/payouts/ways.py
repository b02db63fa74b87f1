"""Which way of paying reaches which country and currency: one table, asked before a payout is planned."""

from dataclasses import dataclass
from enum import Enum

from app.kernel.errors import Forbidden, Invalid


class Way(Enum):
    """How a payee is paid."""

    SEPA = "sepa"
    ACH = "ach"
    UK_BANK = "uk_bank"
    WISE = "wise"
    PAYPAL = "paypal"
    STRIPE = "stripe"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"
    MANUAL = "manual"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


SEPA_COUNTRIES = _codes(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS SE SI SK SM VA"
)
"""Countries whose banks can join the SEPA credit transfer (EPC409-09, with AL, MD, ME, MK and RS since 2025)."""

_WISE_CURRENCIES = _codes(
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CRC CZK DKK EUR GBP GEL HKD HUF IDR ILS INR JPY KES KRW LKR MAD "
    "MXN MYR NGN NOK NPR NZD PEN PHP PKR PLN RON SEK SGD THB TRY TZS UAH UGX USD UYU VND ZAR"
)
_PAYPAL_CURRENCIES = _codes(
    "AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD"
)

_CURRENCIES: dict[Way, frozenset[str] | None] = {
    Way.SEPA: frozenset({"EUR"}),
    Way.ACH: frozenset({"USD"}),
    Way.UK_BANK: frozenset({"GBP"}),
    Way.WISE: _WISE_CURRENCIES,
    Way.PAYPAL: _PAYPAL_CURRENCIES,
    Way.STRIPE: None,
    Way.STORE_CREDIT: None,
    Way.GIFT_CARD: None,
    Way.MANUAL: None,
}
_COUNTRIES: dict[Way, frozenset[str] | None] = {
    Way.SEPA: SEPA_COUNTRIES,
    Way.ACH: frozenset({"US"}),
    Way.UK_BANK: frozenset({"GB", "GG", "IM", "JE"}),
    Way.WISE: None,
    Way.PAYPAL: None,
    Way.STRIPE: None,
    Way.STORE_CREDIT: None,
    Way.GIFT_CARD: None,
    Way.MANUAL: None,
}
_NAMES: dict[Way, str] = {
    Way.SEPA: "A SEPA transfer",
    Way.ACH: "An ACH transfer",
    Way.UK_BANK: "A UK bank transfer",
    Way.WISE: "Wise",
    Way.PAYPAL: "PayPal",
    Way.STRIPE: "Stripe",
    Way.STORE_CREDIT: "Store credit",
    Way.GIFT_CARD: "A gift card",
    Way.MANUAL: "Payment by hand",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """What a way can pay; None where whoever pays decides for each payee."""

    currencies: frozenset[str] | None
    countries: frozenset[str] | None


class CannotReach(Invalid):
    """That way does not pay that currency, or not to that country."""


class BlockedCountry(Forbidden):
    """The shop does not pay to this country."""

    def __init__(self, country: str) -> None:
        super().__init__(
            f"This shop does not pay to {country}. Choose details of another country, or ask the shop to unblock it."
        )
        self.country = country


def name(way: Way) -> str:
    """How sentences begin with it."""
    return _NAMES[way]


def reach(way: Way) -> Reach:
    """Which currencies and countries a way pays."""
    return Reach(_CURRENCIES[way], _COUNTRIES[way])


def check_reach(way: Way, *, currency: str, country: str, blocked: frozenset[str]) -> None:
    """Refuse what cannot or must not be paid. Raises BlockedCountry, CannotReach.

    `country` and `blocked` are ISO 3166 codes of two capital letters. Blocked comes first: it holds for every way.
    """
    if country in blocked:
        raise BlockedCountry(country)
    found = reach(way)
    if found.currencies is not None and currency not in found.currencies:
        pays = ", ".join(sorted(found.currencies))
        raise CannotReach(
            f"{_NAMES[way]} does not pay {currency}; it pays {pays}. Choose another way or currency."
        )
    if found.countries is not None and country not in found.countries:
        raise CannotReach(f"{_NAMES[way]} does not reach {country}. Choose another way of being paid.")
