"""What a payee tells us about where to pay: validated values, one class for each way.

Made from what people type by the functions `iban`, `us_account`, `uk_account`, `paypal`, `wise`. A value that
exists is valid. Refusals and `masked` show the last four characters and no more; nothing else here prints one.
"""

import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Literal

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from app.kernel.errors import Invalid
from app.payouts.hosted import ByHand, ShopCustomer, StripeAccount
from app.payouts.ways import Way

_LAST = 4
_MOST = 64
_UK_SORT_DIGITS = 6
_UK_ACCOUNT = re.compile(r"\d{8}")
_US_ACCOUNT = re.compile(r"\d{4,17}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
_LONGEST_EMAIL = 127
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class BadDetails(Invalid):
    """Details that no bank or provider would take; the value is masked in the sentence."""

    def __init__(self, what: str, typed: str, why: str) -> None:
        super().__init__(f"{what} {mask(_plain(typed))} {why}")


@dataclass(frozen=True, slots=True)
class SepaAccount:
    """An account by IBAN; bank and BIC are None where the directory does not know them."""

    iban: str = field(repr=False)
    country: str
    bank_name: str | None
    bic: str | None
    way: Way = Way.SEPA

    def canonical(self) -> dict[str, str]:
        """The fields that make it this account, and nothing that a newer bank directory could change."""
        return {"iban": self.iban, "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"{self.country} {mask(self.iban)}"


@dataclass(frozen=True, slots=True)
class UsAccount:
    """A US account by routing number."""

    routing: str
    account: str = field(repr=False)
    kind: Literal["checking", "savings"]
    is_company: bool
    country: str = "US"
    way: Way = Way.ACH

    def canonical(self) -> dict[str, str]:
        """The routing and account number: the kind and the holder do not make another account."""
        return {"account": self.account, "routing": self.routing, "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"{self.country} {mask(self.account)}"


@dataclass(frozen=True, slots=True)
class UkAccount:
    """A UK account by sort code. Whether the two belong together only the bank can tell."""

    sort_code: str
    account: str = field(repr=False)
    country: str = "GB"
    way: Way = Way.UK_BANK

    def canonical(self) -> dict[str, str]:
        """Digits only."""
        return {"account": self.account, "sort_code": self.sort_code, "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"{self.country} {mask(self.account)}"


@dataclass(frozen=True, slots=True)
class PaypalAccount:
    """A PayPal account by its e-mail address."""

    email: str = field(repr=False)
    country: str
    way: Way = Way.PAYPAL

    def canonical(self) -> dict[str, str]:
        """The address in lower case: PayPal does not tell cases apart."""
        return {"email": self.email, "way": self.way.value}

    @property
    def masked(self) -> str:
        """The first letter and the domain: the last four of an address would only be its ending."""
        local, _, domain = self.email.partition("@")
        return f"{local[0]}•••@{domain}"


@dataclass(frozen=True, slots=True)
class WiseAccount:
    """An account anywhere, as Wise asks for it: the bank's code and the account, or an IBAN in `account`."""

    currency: str
    country: str
    account: str = field(repr=False)
    bank_code: str
    """Routing number, BIC, IFSC, BSB: what the currency's banks go by; empty with an IBAN."""
    way: Way = Way.WISE

    def canonical(self) -> dict[str, str]:
        """Without spaces, in capitals."""
        return {
            "account": self.account,
            "bank_code": self.bank_code,
            "country": self.country,
            "currency": self.currency,
            "way": self.way.value,
        }

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"{self.country} {mask(self.account)}"


Details = (
    SepaAccount | UsAccount | UkAccount | PaypalAccount | WiseAccount | StripeAccount | ShopCustomer | ByHand
)


def mask(text: str) -> str:
    """The last four characters behind dots; of eight characters or fewer only the last two, of four nothing."""
    shown = _LAST if len(text) > 2 * _LAST else 2 if len(text) > _LAST else 0
    return "•••• " + text[len(text) - shown :] if shown else "••••"


def to_seal(details: Details) -> bytes:
    """All of it as bytes to encrypt: the same details always give the same."""
    return _json({**asdict(details), "way": details.way.value})


def unsealed(plain: bytes) -> Details:
    """The details whose `to_seal` these bytes are."""
    fields = json.loads(plain)
    kinds: dict[str, type[Details]] = {
        "sepa": SepaAccount,
        "ach": UsAccount,
        "uk_bank": UkAccount,
        "wise": WiseAccount,
        "paypal": PaypalAccount,
        "stripe": StripeAccount,
        "store_credit": ShopCustomer,
        "gift_card": ShopCustomer,
        "manual": ByHand,
    }
    way = Way(fields.pop("way"))
    return kinds[way.value](**fields, way=way)


def blind_index(details: Details, key: bytes) -> str:
    """HMAC-SHA256 of what makes it this account: finds two creators with one account without opening either."""
    return hmac.new(key, _json(details.canonical()), hashlib.sha256).hexdigest()


def iban(typed: str) -> SepaAccount:
    """Check an IBAN: country, length, both check digits, the national check. Raises BadDetails."""
    plain = _plain(typed)
    try:
        found = IBAN(plain, validate_bban=True)
    except SchwiftyException as problem:
        why = f"is no valid IBAN ({_why(problem)}). Copy it from the bank's app or a statement."
        raise BadDetails("The IBAN", typed, why) from None
    bic = str(found.bic) if found.bic else None
    return SepaAccount(str(found), str(found.country_code), found.bank_name or None, bic)


def us_account(
    routing: str, account: str, *, kind: Literal["checking", "savings"], is_company: bool
) -> UsAccount:
    """Check a US routing number (nine digits, check digit) and account number. Raises BadDetails."""
    number = _plain(routing)
    try:
        rtn.validate(number)
    except ValidationError:
        why = "has not nine digits with a right check digit. It is the ABA number for ACH on a cheque or in the app."
        raise BadDetails("The routing number", routing, why) from None
    plain = _plain(account)
    if not _US_ACCOUNT.fullmatch(plain) or not plain.isascii():
        raise BadDetails("The account number", account, "must be 4 to 17 digits. Copy it from a statement.")
    return UsAccount(number, plain, kind, is_company)


def uk_account(sort_code: str, account: str) -> UkAccount:
    """Check the shape of a sort code and an account number; seven digits get their leading 0. Raises BadDetails."""
    code = _plain(sort_code)
    if len(code) != _UK_SORT_DIGITS or not _is_number(code):
        raise BadDetails("The sort code", sort_code, "must be six digits, as 12-34-56.")
    plain = _plain(account).zfill(8) if len(_plain(account)) == 7 else _plain(account)  # noqa: PLR2004
    if not _UK_ACCOUNT.fullmatch(plain) or not plain.isascii():
        raise BadDetails(
            "The account number", account, "must be eight digits. Put 0 in front of a shorter one."
        )
    return UkAccount(code, plain)


def paypal(email: str, country: str) -> PaypalAccount:
    """Check the address of a PayPal account. Raises BadDetails."""
    plain = unicodedata.normalize("NFC", email).strip().lower()
    if len(plain) > _LONGEST_EMAIL or not _EMAIL.fullmatch(plain):
        why = "is no e-mail address. Enter the one that PayPal sends receipts to."
        raise BadDetails("The PayPal address", email, why)
    return PaypalAccount(plain, _country(country))


def wise(currency: str, country: str, *, account: str, bank_code: str) -> WiseAccount:
    """Check what Wise asks for: an IBAN wherever the account looks like one. Raises BadDetails."""
    plain, code = _plain(account), _plain(bank_code)
    if not _CURRENCY.fullmatch(currency):
        raise BadDetails("The currency", currency, "must be three capital letters, as EUR.")
    if plain[:2].isalpha() and plain[2:4].isdigit():
        found = iban(plain)
        return WiseAccount(currency, found.country, found.iban, "")
    if not 4 <= len(plain) <= 34 or not plain.isalnum() or not plain.isascii():  # noqa: PLR2004
        raise BadDetails("The account number", account, "must be 4 to 34 letters and digits.")
    if len(code) > 20 or not code.isalnum() or not code.isascii():  # noqa: PLR2004
        why = "must be the bank's routing number, BIC, IFSC or BSB: up to 20 letters and digits."
        raise BadDetails("The bank code", bank_code, why)
    return WiseAccount(currency, _country(country), plain, code)


def is_bic(text: str) -> bool:
    """Whether it has the shape of a BIC (ISO 9362): eight or eleven characters."""
    return _BIC.fullmatch(text) is not None


def _country(typed: str) -> str:
    if not _COUNTRY.fullmatch(typed):
        raise BadDetails("The country", typed, "must be two capital letters, as DE.")
    return typed


def _plain(typed: str) -> str:
    """Without spaces, dashes, dots and what a copy from a PDF brings along; in capitals."""
    kept = unicodedata.normalize("NFKC", typed)
    return "".join(
        c for c in kept if not (c.isspace() or c in "./" or unicodedata.category(c) in {"Cf", "Pd"})
    ).upper()[:_MOST]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _why(problem: SchwiftyException) -> str:
    """What is wrong, by kind: the library's own text may repeat the whole number."""
    kinds = {
        "InvalidCountryCode": "no country with IBANs begins with these letters",
        "InvalidLength": "its length is not that of its country",
        "InvalidStructure": "it has characters where its country has others",
        "InvalidChecksumDigits": "its check digits do not fit, so a character is wrong",
        "InvalidBBANChecksum": "its national check digits do not fit, so a character is wrong",
    }
    return kinds.get(type(problem).__name__, "its bank's own check refuses it")


def _json(fields: dict[str, object] | dict[str, str]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
