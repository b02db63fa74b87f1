"""Paid by a gift card that carries the payout's key in its note: looked for by it before every retry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.kernel.errors import Forbidden, UpstreamError
from app.payouts.by_shopify import SLACK, answer, looked, question, sentence
from app.payouts.hosted import ShopCustomer
from app.payouts.plugin import Plugin
from app.payouts.protocol import Answer, Done, Missing, Refused, State, Unknown
from app.payouts.provider import Heard, Instruction, Question
from app.shopify.rewards import Gift, Rewards

_NOT_MAILED = "Shopify did not mail the gift card. Open it in Shopify, Products, Gift cards, and send it."
OTHER_AMOUNT = "Shopify has a gift card for this payout with another amount. Look at it in Shopify."


@dataclass(frozen=True)
class GiftCard:
    """Gift cards of the shop."""

    rewards: Rewards
    name: str = "gift_card"
    limit: int = 1

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """One card for each; before a retry the cards made since are looked through."""
        return {one.key: self._make(one) for one in instructions}

    def _make(self, one: Instruction) -> Answer:
        if not isinstance(one.details, ShopCustomer):
            return Refused("other_details", "This creator is no customer of the shop.")
        before = self._found(question(one)) if one.is_retry else Missing()
        if not isinstance(before, Missing):
            return before
        try:
            made = self.rewards.make_card(one.details.customer_id, one.amount, note(one.key))
        except UpstreamError as error:
            return answer(error)
        return self._mailed(made)

    def _mailed(self, gid: str) -> Done:
        """That the mail was not sent does not make the card unpaid: the merchant is told."""
        try:
            self.rewards.send_card(gid)
        except UpstreamError as error:
            return Done(gid, State.PAID, reason=f"{_NOT_MAILED} ({error})")
        return Done(gid, State.PAID)

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """Among the cards made since. Whose answer was lost was not mailed either: that is done now."""
        return {one.key: self._found(one) for one in questions}

    def _found(self, asked: Question) -> Answer:
        return looked(lambda: self._find(asked))

    def _find(self, asked: Question) -> Answer:
        wanted = note(asked.key)
        since = asked.asked_since - SLACK
        card: Gift | None = next((one for one in self.rewards.cards_since(since) if one.note == wanted), None)
        if card is None:
            return Missing()
        if card.amount != asked.amount:
            return Unknown(OTHER_AMOUNT)
        return Done(card.gid, State.PAID) if asked.provider_id == card.gid else self._mailed(card.gid)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:  # noqa: ARG002
        """Shopify tells of no cards."""
        raise Forbidden("Gift cards have no webhook.")

    def balance(self, currency: str) -> int | None:  # noqa: ARG002
        """A card costs nothing until it is spent."""
        return None

    def check(self) -> str | None:
        """Whether gift cards may be read."""
        try:
            next(iter(self.rewards.cards_since(_EVER)), None)
        except UpstreamError as error:
            return sentence(error)
        return None


def note(key: UUID) -> str:
    """By which a card is known again."""
    return f"Tribute payout {key}"


_EVER = datetime(2000, 1, 1, tzinfo=UTC)

PLUGIN = Plugin()
