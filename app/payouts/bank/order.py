"""What a file asks the bank to do: frozen values that the writers of all formats share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.payouts.details import Details


class BadOrder(Invalid):
    """A file that no bank would take; the sentence says which payment and why."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payout of a file."""

    payout_id: int
    name: str
    """The holder of the account, in any script."""
    amount: Money
    details: Details
    remark: str
    """What the payee reads on the statement."""


@dataclass(frozen=True, slots=True)
class Order:
    """One run, frozen: the same order gives the same bytes whenever it is written."""

    run_id: int
    created_at: datetime
    """When the run was approved, not when the file is downloaded. Aware, UTC."""
    execute_on: date
    payments: tuple[Payment, ...]


def checked(payments: Sequence[Payment], *, currency: str, largest_minor: int) -> int:
    """The control sum in minor units. Raises BadOrder for what the format cannot carry.

    Refused: no payments, a payout twice, another currency, zero and less, more than the field holds.
    """
    if not payments:
        raise BadOrder("A file needs at least one payment, and this run has none for it.")
    seen: set[int] = set()
    for payment in payments:
        _check(payment, currency, largest_minor)
        if payment.payout_id in seen:
            raise BadOrder(f"Payout {payment.payout_id} is twice in this run: the file was not written.")
        seen.add(payment.payout_id)
    return sum(payment.amount.minor for payment in payments)


def _check(payment: Payment, currency: str, largest_minor: int) -> None:
    if payment.amount.currency != currency:
        raise BadOrder(
            f"Payout {payment.payout_id} is in {payment.amount.currency}, and this file pays {currency} only. "
            "Pay it in another way."
        )
    if not 0 < payment.amount.minor <= largest_minor:
        raise BadOrder(
            f"Payout {payment.payout_id} is {payment.amount.minor} minor units of {currency}; this file takes 1 to "
            f"{largest_minor} each. Split a larger one, and carry a debt."
        )


def wrong_details(payment: Payment, wanted: str) -> BadOrder:
    """The refusal for details that belong to another way."""
    return BadOrder(
        f"Payout {payment.payout_id} goes to {payment.details.masked} ({payment.details.way.value}), "
        f"and this file needs {wanted}. Pay it in its own way."
    )
