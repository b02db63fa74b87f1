"""Paid in store credit. Shopify notes nothing of ours beside a credit, and has no key: a look-up comes before every retry.

A credit is ours when the customer got the very amount, by hand or by an app, since the run was reserved, and no other
payout of ours is that credit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.kernel.errors import Forbidden, UpstreamError
from app.payouts.by_shopify import SLACK, Taken, answer, looked, question, sentence
from app.payouts.hosted import ShopCustomer
from app.payouts.plugin import Plugin
from app.payouts.protocol import Answer, Done, Missing, Refused, State, Unknown
from app.payouts.provider import Heard, Instruction, Question
from app.shopify.rewards import Rewards


@dataclass(frozen=True)
class StoreCredit:
    """The shop's own store credit."""

    rewards: Rewards
    taken: Taken
    name: str = "store_credit"
    limit: int = 1

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """One call for each; before a retry what the customer was credited is looked through."""
        return {one.key: self._give(one) for one in instructions}

    def _give(self, one: Instruction) -> Answer:
        if not isinstance(one.details, ShopCustomer):
            return Refused("other_details", "This creator is no customer of the shop.")
        before = self._found(question(one)) if one.is_retry else Missing()
        if not isinstance(before, Missing):
            return before
        try:
            return Done(self.rewards.give_credit(one.details.customer_id, one.amount), State.PAID)
        except UpstreamError as error:
            return answer(error)

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """Among what the customer was credited since."""
        return {one.key: self._found(one) for one in questions}

    def _found(self, asked: Question) -> Answer:
        return looked(lambda: self._find(asked))

    def _find(self, asked: Question) -> Answer:
        if not isinstance(asked.details, ShopCustomer):
            return Unknown("Whose store credit it was to be was erased. Look in Shopify.")
        given = self.rewards.credits_since(
            asked.details.customer_id, asked.amount.currency, asked.asked_since - SLACK
        )
        same = [one for one in given if one.amount == asked.amount]
        if asked.provider_id is not None:
            same = [one for one in same if one.gid == asked.provider_id]
        else:
            others = self.taken([one.gid for one in same])
            same = [one for one in same if one.gid not in others]
        if not same:
            return Missing()
        reason = None
        if len(same) > 1:
            reason = f"The customer got {len(same)} credits of this amount since; the first is taken for this payout."
        return Done(same[0].gid, State.PAID, reason=reason)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:  # noqa: ARG002
        """Shopify tells of no credits."""
        raise Forbidden("Store credit has no webhook.")

    def balance(self, currency: str) -> int | None:  # noqa: ARG002
        """Credit costs nothing until it is spent."""
        return None

    def check(self) -> str | None:
        """Whether customers could spend it."""
        try:
            if not self.rewards.is_credit_on():
                return "Store credit is switched off in Shopify. Switch it on in Settings, Customer accounts."
        except UpstreamError as error:
            return sentence(error)
        return None


PLUGIN = Plugin()
