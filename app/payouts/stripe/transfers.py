"""Connect: a transfer moves money into a creator's own balance at Stripe. That it exists means that they were paid."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import stripe

from app.payouts.amounts import decimal_string, from_stripe, to_stripe
from app.payouts.hosted import StripeAccount
from app.payouts.protocol import Answer, Done, Missing, State, Unknown
from app.payouts.provider import Instruction, Question
from app.payouts.stripe.keys import OTHER_AMOUNT, payout_key

if TYPE_CHECKING:
    from stripe.params import TransferCreateParams

KIND = "transfer"


@dataclass(frozen=True)
class Transfers:
    """The rail of Connect. Raises stripe.StripeError."""

    client: stripe.StripeClient

    def pay(self, one: Instruction, payee: StripeAccount) -> Done:
        """Make the transfer, or get the one that its key made already."""
        asked: TransferCreateParams = {
            "amount": to_stripe(one.amount),
            "currency": one.amount.currency.lower(),
            "destination": payee.account_id,
            "transfer_group": str(one.key),
            "description": one.note,
            "metadata": {"payout": str(one.key)},
        }
        return fact(self.client.v1.transfers.create(asked, {"idempotency_key": str(one.key)}))

    def find(self, asked: Question) -> Answer:
        """The transfer of a payout. The filter is exact: what is not in the list was not made."""
        if asked.provider_id is not None:
            return _matching([self.client.v1.transfers.retrieve(asked.provider_id)], asked)
        found = self.client.v1.transfers.list({"transfer_group": str(asked.key), "limit": 100})
        ours = [one for one in found.auto_paging_iter() if payout_key(one.metadata) == asked.key]
        return _matching(ours, asked)

    def balance(self, currency: str) -> int:
        """Minor units that can be transferred now."""
        rows = self.client.v1.balance.retrieve().available
        held = sum(row.amount for row in rows if row.currency == currency.lower())
        return from_stripe(held, currency).minor


def fact(transfer: stripe.Transfer) -> Done:
    """What a transfer says of its payout. We never reverse one; who does it in Stripe's dashboard has its reasons."""
    if transfer.reversed:
        return Done(transfer.id, State.RETURNED, reason="The transfer was taken back in Stripe's dashboard.")
    if transfer.amount_reversed:
        back = from_stripe(transfer.amount_reversed, transfer.currency.upper())
        said = f"{decimal_string(back)} {back.currency} of it was taken back in Stripe's dashboard."
        return Done(transfer.id, State.PAID, reason=said)
    return Done(transfer.id, State.PAID)


def _matching(found: list[stripe.Transfer], asked: Question) -> Answer:
    if not found:
        return Missing()
    first = min(found, key=lambda one: (one.created, one.id))
    if from_stripe(first.amount, first.currency.upper()) != asked.amount:
        return Unknown(OTHER_AMOUNT)
    return fact(first)
