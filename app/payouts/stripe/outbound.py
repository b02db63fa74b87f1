"""Global Payouts: a payment leaves the shop's financial account for a creator's bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import stripe

from app.payouts.amounts import from_stripe, to_stripe
from app.payouts.hosted import StripeAccount
from app.payouts.protocol import Answer, Done, Missing, State, Unknown
from app.payouts.provider import Instruction, Question
from app.payouts.stripe.keys import OTHER_AMOUNT, payout_key

if TYPE_CHECKING:
    from stripe.params.v2.money_management import OutboundPaymentCreateParams, OutboundPaymentListParams
    from stripe.v2.money_management import OutboundPayment

KIND = "v2.money_management.outbound_payment"
_SLACK = timedelta(days=1)
"""Stripe's clock and ours may differ; nothing of a run is older than that."""
_STATES: Mapping[str, State] = {
    "processing": State.IN_TRANSIT,
    "posted": State.PAID,
    "failed": State.FAILED,
    "returned": State.RETURNED,
    "canceled": State.CANCELLED,
}


@dataclass(frozen=True)
class OutboundPayments:
    """The rail of Global Payouts. Raises stripe.StripeError."""

    client: stripe.StripeClient
    financial_account: str

    def pay(self, one: Instruction, payee: StripeAccount) -> Done:
        """Send the payment, or get the one that its key made already."""
        currency = one.amount.currency.lower()
        asked: OutboundPaymentCreateParams = {
            "from": {"financial_account": self.financial_account, "currency": currency},
            "to": {"recipient": payee.account_id, "currency": currency},
            "amount": {"value": to_stripe(one.amount), "currency": currency},
            "description": one.note,
            "metadata": {"payout": str(one.key)},
        }
        made = self.client.v2.money_management.outbound_payments.create(
            asked, {"idempotency_key": str(one.key)}
        )
        return fact(made)

    def find(self, asked: Question) -> Answer:
        """The payment of a payout. Stripe does not search by metadata: those to the recipient are gone through."""
        payments = self.client.v2.money_management.outbound_payments
        if asked.provider_id is not None:
            return _checked(payments.retrieve(asked.provider_id), asked)
        since = (asked.asked_since - _SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted: OutboundPaymentListParams = {"created": {"gte": since}}
        if isinstance(asked.details, StripeAccount):
            wanted["recipient"] = asked.details.account_id
        for one in payments.list(wanted).auto_paging_iter():
            if payout_key(one.metadata) == asked.key:
                return _checked(one, asked)
        return Missing()

    def balance(self, currency: str) -> int:
        """Minor units that can be sent now."""
        account = self.client.v2.money_management.financial_accounts.retrieve(self.financial_account)
        held = getattr(account.balance.available, currency.lower(), None)
        return from_stripe(held.value or 0, currency).minor if held is not None else 0


def fact(payment: "OutboundPayment") -> Done:
    """What a payment says of its payout. A status that we do not know is one of a payment on its way."""
    state = _STATES.get(payment.status, State.IN_TRANSIT)
    return Done(payment.id, state, reason=_reason(payment, state))


def _reason(payment: "OutboundPayment", state: State) -> str | None:
    details = payment.status_details
    if state is State.CANCELLED:
        return "The payment was cancelled in Stripe's dashboard."
    told = getattr(details, "failed", None) or getattr(details, "returned", None)
    if told is None:
        return None
    did = "came back" if state is State.RETURNED else "did not arrive"
    return f"The payment {did}: {str(told.reason).replace('_', ' ')}. Stripe's page tells the owner of the account more."


def _checked(payment: "OutboundPayment", asked: Question) -> Answer:
    amount = from_stripe(payment.amount.value or 0, str(payment.amount.currency).upper())
    return fact(payment) if amount == asked.amount else Unknown(OTHER_AMOUNT)
