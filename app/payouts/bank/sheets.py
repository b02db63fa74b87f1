"""CSV files for banks and Wise: columns by template, since every bank wants its own; cells that are no formulas."""

import csv
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

from app.payouts.amounts import decimal_string
from app.payouts.bank.letters import sepa_text
from app.payouts.bank.order import BadOrder, Order, Payment, checked, wrong_details
from app.payouts.bank.references import PAYOUT, reference
from app.payouts.details import UkAccount, WiseAccount

_LARGEST = 20_000_000_00
"""GBP 20,000,000.00, the limit of one Bacs item; a bank may set a lower one and refuses by itself."""
_LARGEST_WISE = 10**12
_UK_TEXT = 18


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what stands above it and which fact goes below."""

    heading: str
    fact: str
    """A key of FACTS."""


@dataclass(frozen=True, slots=True)
class Template:
    """The columns a bank wants, in its order. Merchants may edit a preset."""

    columns: tuple[Column, ...]
    has_headings: bool


def _uk(payment: Payment) -> UkAccount:
    if not isinstance(payment.details, UkAccount):
        raise wrong_details(payment, "a UK sort code and account number")
    return payment.details


def _wise(payment: Payment) -> WiseAccount:
    if not isinstance(payment.details, WiseAccount):
        raise wrong_details(payment, "details for Wise")
    return payment.details


def _hyphenated(payment: Payment) -> str:
    code = _uk(payment).sort_code
    return f"{code[:2]}-{code[2:4]}-{code[4:]}"


FACTS: dict[str, Callable[[Payment], str]] = {
    "sort_code": lambda payment: _uk(payment).sort_code,
    "sort_code_hyphenated": _hyphenated,
    "uk_account": lambda payment: _uk(payment).account,
    "name_18": lambda payment: sepa_text(payment.name, _UK_TEXT),
    "name": lambda payment: payment.name,
    "amount": lambda payment: decimal_string(payment.amount),
    "currency": lambda payment: payment.amount.currency,
    "reference": lambda payment: reference(PAYOUT, payment.payout_id),
    "wise_account": lambda payment: _wise(payment).account,
    "wise_bank_code": lambda payment: _wise(payment).bank_code,
    "wise_country": lambda payment: _wise(payment).country,
}

UK_PLAIN = Template(
    (
        Column("sort_code", "sort_code"),
        Column("account_no", "uk_account"),
        Column("name", "name_18"),
        Column("amount", "amount"),
        Column("reference", "reference"),
    ),
    has_headings=True,
)
UK_PLAIN_WITHOUT_HEADINGS = Template(UK_PLAIN.columns, has_headings=False)
UK_HYPHENATED = Template(
    (
        Column("Name", "name_18"),
        Column("Sort code", "sort_code_hyphenated"),
        Column("Account number", "uk_account"),
        Column("Amount", "amount"),
        Column("Reference", "reference"),
    ),
    has_headings=True,
)
WISE_BATCH = Template(
    (
        Column("name", "name"),
        Column("paymentReference", "reference"),
        Column("amount", "amount"),
        Column("targetCurrency", "currency"),
        Column("bankCode", "wise_bank_code"),
        Column("accountNumber", "wise_account"),
        Column("country", "wise_country"),
    ),
    has_headings=True,
)
"""A start: Wise hands each customer a template of its own for each currency, whose headings replace these."""


def uk_sheet(template: Template, order: Order) -> bytes:
    """The payments in GBP as CSV, UTF-8, CRLF. Raises BadOrder."""
    checked(order.payments, currency="GBP", largest_minor=_LARGEST)
    return _written(template, order)


def wise_sheet(template: Template, order: Order, currency: str) -> bytes:
    """The payments of one currency as CSV: Wise takes a file for each. Raises BadOrder."""
    checked(order.payments, currency=currency, largest_minor=_LARGEST_WISE)
    for payment in order.payments:
        if _wise(payment).currency != currency:
            raise BadOrder(
                f"Payout {payment.payout_id} pays {currency} to an account in {_wise(payment).currency}."
            )
    return _written(template, order)


def inert(cell: str) -> str:
    """The cell so that no spreadsheet computes it: an apostrophe goes before what would begin a formula.

    Spaces in front are looked through, since importing programs cut them off, and so are full-width signs. Source: OWASP, CSV injection.
    """
    begin = unicodedata.normalize("NFKC", cell.lstrip(" \u00a0\ufeff")[:1])
    is_formula = cell[:1] in {"\t", "\r", "\n"} or begin in {"=", "+", "-", "@"}
    return "'" + cell if is_formula else cell


def _written(template: Template, order: Order) -> bytes:
    unknown = [column.fact for column in template.columns if column.fact not in FACTS]
    if unknown:
        raise BadOrder(f"The template names {unknown[0]!r}; columns can show {', '.join(sorted(FACTS))}.")
    out = StringIO()
    writer = csv.writer(out)
    if template.has_headings:
        writer.writerow([inert(column.heading) for column in template.columns])
    for payment in order.payments:
        writer.writerow([inert(FACTS[column.fact](payment)) for column in template.columns])
    return out.getvalue().encode()
