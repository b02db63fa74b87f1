"""Paid by a file that the merchant hands to the bank. Sending writes it; what became of it a bank or a person says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.kernel.errors import Forbidden, RefusedError
from app.payouts.bank import payers as bank
from app.payouts.bank.order import BadOrder, Payment
from app.payouts.bank.payers import Payers, Written
from app.payouts.bank.references import PAYOUT, reference
from app.payouts.plugin import Plugin
from app.payouts.protocol import Answer, Done, Missing, Refused
from app.payouts.provider import Heard, Instruction, Question

Keep = Callable[[UUID, Sequence[int], int, Written], Sequence[int]]
"""Keep the file of a batch with the payouts and the run that are in it; the payouts of the one that is there already, if one is."""
Kept = Callable[[UUID], Sequence[int] | None]
"""The payouts in the kept file of a batch; None: there is none."""


@dataclass(frozen=True)
class BankFile:
    """Files of the shop's own bank."""

    payers: Payers
    run_id: Callable[[UUID], int]
    """The number of a run, which banks know it by."""
    keep: Keep
    kept: Kept
    name: str = "bank_file"
    limit: int = 50_000

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """Write and keep the file of these payouts: all of one way and currency. Those that no file can carry are refused."""
        refused = {one.key: said for one in instructions if (said := self._alone(one)) is not None}
        carried = [one for one in instructions if one.key not in refused]
        if not carried:
            return refused
        first, run_id = carried[0], self.run_id(carried[0].run)
        payouts = [one.payout_id for one in carried]
        inside = set(self.keep(first.batch, payouts, run_id, self._written(carried, run_id)))
        return refused | {one.key: _answer(one.payout_id, inside) for one in carried}

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """Written or not; what the bank made of it nobody can be asked."""
        inside = {batch: self.kept(batch) for batch in {one.batch for one in questions}}
        return {one.key: _answer(one.payout_id, inside[one.batch] or ()) for one in questions}

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:  # noqa: ARG002
        """Banks answer by files."""
        raise Forbidden("Bank files have no webhook.")

    def balance(self, currency: str) -> int | None:  # noqa: ARG002
        """The bank tells its customer, not us."""
        return None

    def check(self) -> str | None:
        """Whether what was entered can be used."""
        try:
            bank.checked(self.payers)
        except RefusedError as refused:
            return str(refused)
        return None

    def _alone(self, one: Instruction) -> Refused | None:
        try:
            self._written([one], run_id=1)
        except BadOrder as bad:
            return Refused("bad_order", str(bad))
        return None

    def _written(self, carried: Sequence[Instruction], run_id: int) -> Written:
        first = carried[0]
        payments = tuple(
            Payment(one.payout_id, one.name, one.amount, one.details, one.note) for one in carried
        )
        order = bank.order_of(run_id, first.created_at, payments)
        return bank.write(self.payers, first.details.way, order)


def _answer(payout_id: int, inside: Sequence[int] | set[int]) -> Answer:
    return Done(reference(PAYOUT, payout_id)) if payout_id in inside else Missing()


PLUGIN = Plugin()
