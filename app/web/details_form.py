"""The form that asks where to be paid: one for merchants and creators alike."""

from collections.abc import Callable, Mapping

from app.kernel.errors import Invalid
from app.payouts import details
from app.payouts.details import Details
from app.payouts.ways import Way

Typed = Mapping[str, str]
"""The fields of the form, as they were sent."""

BY_ACCOUNT: Mapping[Way, str] = {
    Way.SEPA: "Bank account with an IBAN",
    Way.ACH: "Bank account in the US",
    Way.UK_BANK: "Bank account in the UK",
    Way.PAYPAL: "PayPal",
    Way.WISE: "Bank account elsewhere, by Wise",
}
"""The ways that ask for something typed, as people choose among them."""


def _sepa(typed: Typed) -> Details:
    return details.iban(typed.get("iban", ""))


def _ach(typed: Typed) -> Details:
    return details.us_account(
        typed.get("routing", ""),
        typed.get("us_account", ""),
        kind="savings" if typed.get("kind", "") == "savings" else "checking",
        is_company=typed.get("is_company", "") == "yes",
    )


def _uk(typed: Typed) -> Details:
    return details.uk_account(typed.get("sort_code", ""), typed.get("uk_account", ""))


def _paypal(typed: Typed) -> Details:
    return details.paypal(typed.get("paypal_email", ""), typed.get("paypal_country", "").strip().upper())


def _wise(typed: Typed) -> Details:
    return details.wise(
        typed.get("wise_currency", "").strip().upper(),
        typed.get("wise_country", "").strip().upper(),
        account=typed.get("wise_account", ""),
        bank_code=typed.get("wise_code", ""),
    )


_READ: Mapping[Way, Callable[[Typed], Details]] = {
    Way.SEPA: _sepa,
    Way.ACH: _ach,
    Way.UK_BANK: _uk,
    Way.PAYPAL: _paypal,
    Way.WISE: _wise,
}


def read(typed: Typed) -> Details:
    """The details as typed, checked. Raises BadDetails, or Invalid for a way that nobody can choose."""
    way = typed.get("way", "")
    if way not in {known.value for known in _READ}:
        raise Invalid(
            f"{way[:20]!r} is no way of being paid that can be entered here. Choose one of the list."
        )
    return _READ[Way(way)](typed)
