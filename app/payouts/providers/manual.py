"""Paid by the merchant outside of the app. Nothing is sent: a person says when it was paid, with a reference."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.kernel.errors import Forbidden
from app.payouts.plugin import Plugin
from app.payouts.protocol import Answer, Done, Missing
from app.payouts.provider import Heard, Instruction, Question


class Manual:
    """A list of whom to pay."""

    name = "manual"
    limit = 1

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """On the merchant's list from now on."""
        return {one.key: Done(str(one.key)) for one in instructions}

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """Nobody knows but the merchant."""
        return {one.key: Missing() for one in questions}

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:  # noqa: ARG002
        """Nobody writes."""
        raise Forbidden("Payments by hand have no webhook.")

    def balance(self, currency: str) -> int | None:  # noqa: ARG002
        """Nobody tells."""
        return None

    def check(self) -> str | None:
        """There is nothing to connect to."""
        return None


PLUGIN = Plugin()
