"""US ACH credits as a NACHA file: PPD for people, CCD for companies, records of 94 characters in blocks of ten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.payouts.bank.letters import nacha_text
from app.payouts.bank.order import BadOrder, Order, Payment, checked, wrong_details
from app.payouts.bank.references import PAYOUT, reference
from app.payouts.details import UsAccount

_LARGEST = 99_999_999_99
_MOST_TOTAL = 9_999_999_999_99
_LINE, _BLOCK = 94, 10
_CREDIT_CODES = {"checking": "22", "savings": "32"}
_CREDITS_ONLY = "220"
_HASH = 10**10


@dataclass(frozen=True, slots=True)
class AchPayer:
    """Whose account pays, as its bank set it up for ACH."""

    name: str
    company_id: str
    """Ten characters that the bank gave: often 1 and the EIN."""
    bank_name: str
    bank_routing: str
    """Nine digits of the bank that takes the file."""


def nacha_file(payer: AchPayer, order: Order) -> bytes:
    """The file in ASCII with line feeds. Raises BadOrder. Trace numbers run through the whole file."""
    total = checked(order.payments, currency="USD", largest_minor=_LARGEST)
    if total > _MOST_TOTAL:
        raise BadOrder(
            f"The run adds up to {total} cents, and a NACHA file holds {_MOST_TOTAL}. Split the run."
        )
    lines = [_file_header(payer, order)]
    entries = [(payment, _account(payment)) for payment in order.payments]
    traced = 0
    batches = 0
    for entry_class, is_company in (("PPD", False), ("CCD", True)):
        chosen = [(p, a) for p, a in entries if a.is_company is is_company]
        if chosen:
            batches += 1
            lines += _batch(payer, order, chosen, entry_class=entry_class, number=batches, traced=traced)
            traced += len(chosen)
    lines.append(_file_control(lines, [a for _, a in entries], batches=batches, total=total))
    lines += ["9" * _LINE] * (-len(lines) % _BLOCK)
    return ("\n".join(lines) + "\n").encode("ascii")


def _account(payment: Payment) -> UsAccount:
    if not isinstance(payment.details, UsAccount):
        raise wrong_details(payment, "a US routing and account number")
    return payment.details


def _file_header(payer: AchPayer, order: Order) -> str:
    parts = ("101", f" {payer.bank_routing}", payer.company_id.rjust(10), f"{order.created_at:%y%m%d%H%M}")
    names = nacha_text(payer.bank_name, 23) + nacha_text(payer.name, 23) + str(order.run_id)[-8:].ljust(8)
    return _line("".join(parts) + "A" + "094" + "10" + "1" + names)


def _batch(
    payer: AchPayer,
    order: Order,
    entries: Sequence[tuple[Payment, UsAccount]],
    *,
    entry_class: str,
    number: int,
    traced: int,
) -> list[str]:
    bank = payer.bank_routing[:8]
    company = payer.company_id.ljust(10)
    head = f"5{_CREDITS_ONLY}{nacha_text(payer.name, 16)}{'':20}{company}{entry_class}{'PAYOUT':10}"
    dates = f"{order.execute_on:%y%m%d}{order.execute_on:%y%m%d}   "
    lines = [_line(f"{head}{dates}1{bank}{number:07}")]
    lines += [_entry(p, a, f"{bank}{traced + at:07}") for at, (p, a) in enumerate(entries, start=1)]
    total = sum(payment.amount.minor for payment, _ in entries)
    sums = f"{len(entries):06}{_entry_hash(a for _, a in entries)}{0:012}{total:012}"
    lines.append(_line(f"8{_CREDITS_ONLY}{sums}{company}{'':25}{bank}{number:07}"))
    return lines


def _entry(payment: Payment, account: UsAccount, trace: str) -> str:
    start = f"6{_CREDIT_CODES[account.kind]}{account.routing}{account.account:17}{payment.amount.minor:010}"
    who = reference(PAYOUT, payment.payout_id) + nacha_text(payment.name, 22)
    return _line(f"{start}{who}  0{trace}")


def _file_control(lines: Sequence[str], accounts: Sequence[UsAccount], *, batches: int, total: int) -> str:
    blocks = -(-(len(lines) + 1) // _BLOCK)
    counts = f"{batches:06}{blocks:06}{len(accounts):08}{_entry_hash(accounts)}"
    return _line(f"9{counts}{0:012}{total:012}{'':39}")


def _entry_hash(accounts: Iterable[UsAccount]) -> str:
    return f"{sum(int(account.routing[:8]) for account in accounts) % _HASH:010}"


def _line(text: str) -> str:
    if len(text) != _LINE:
        raise BadOrder(
            f"A NACHA record has {_LINE} characters and this one would have {len(text)}: "
            "check the bank's routing number (9 digits) and the company id (at most 10 characters) in the settings."
        )
    return text
