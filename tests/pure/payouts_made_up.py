"""Payments and payers for the tests of bank files."""

from datetime import UTC, date, datetime

from app.kernel.money import Money
from app.payouts import details
from app.payouts.bank.nacha import AchPayer
from app.payouts.bank.order import Order, Payment
from app.payouts.bank.sepa import SepaPayer
from app.payouts.details import Details, SepaAccount, UsAccount

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
GERMAN = details.iban("DE89370400440532013000")
SEPA_PAYER = SepaPayer("Müller & Söhne GmbH", GERMAN, "Köln", "DE")
ACH_PAYER = AchPayer("Acme Inc", "1123456789", "Mock Bank", "999999992")


def us(account: str = "000123456789", *, routing: str = "021000021", is_company: bool = False) -> UsAccount:
    return details.us_account(routing, account, kind="checking", is_company=is_company)


def pay(
    number: int, minor: int, to: Details, *, currency: str = "EUR", name: str = "Zoë Ångström"
) -> Payment:
    return Payment(number, name, Money(minor, currency), to, f"Commission {number}")


def order(*payments: Payment, run: int = 7) -> Order:
    return Order(run, NOON, TUESDAY, payments)


def mock_account(bban: str, bic: str | None = "MOCKNL2A") -> SepaAccount:
    """An account of the pretend bank, whose bank code is in no directory."""
    digits = "".join(str(int(c, 36)) for c in f"{bban}NL00")
    return SepaAccount(f"NL{98 - int(digits) % 97:02}{bban}", "NL", None, bic)
