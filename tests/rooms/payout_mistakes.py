"""Mistakes that were put in on purpose: each way of paying twice or losing money that payouts.md warns of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from app.flows.payout_moves import Change, move_on
from app.flows.payout_work import PayoutWorker, instruction
from app.kernel.ids import ShopId
from app.payouts import protocol
from app.payouts.protocol import Payout, State
from app.payouts.provider import Instruction, Provider
from app.payouts.store import Held


@dataclass(frozen=True)
class Careless(PayoutWorker):
    """A worker with one mistake."""

    mistake: str = ""

    def _claim(self, shop_id: ShopId, group: Sequence[Held]) -> list[tuple[Instruction, int]]:
        claimed = (
            self._unguarded(shop_id, group) if self.mistake == "no guard" else super()._claim(shop_id, group)
        )
        if self.mistake == "fresh key":
            return [(replace(told, key=uuid4()), attempt) for told, attempt in claimed]
        return claimed

    def _unguarded(self, shop_id: ShopId, group: Sequence[Held]) -> list[tuple[Instruction, int]]:
        """Without looking whether somebody else is sending it: what was read is believed."""
        now = self.clock.now()
        begun = [Change(one, protocol.begin(one.payout, now)) for one in group]
        with self.open_session(shop_id) as session, session.begin():
            move_on(session, begun, actor="worker", now=now)
        payees = [(change, self.open_details(shop_id, change.held)) for change in begun]
        return [(instruction(c.held, payee), c.after.attempts) for c, payee in payees if payee is not None]

    def _take_on(self, shop_id: ShopId, provider: Provider, group: Sequence[Held]) -> int:
        blind = self.mistake == "sent again blindly"
        if blind and all(held.payout.state is State.UNKNOWN for held in group):
            return self._again(shop_id, provider, group)
        return super()._take_on(shop_id, provider, group)

    def _again(self, shop_id: ShopId, provider: Provider, group: Sequence[Held]) -> int:
        told = [(one, self.open_details(shop_id, one)) for one in group]
        answers = provider.send([instruction(one, payee) for one, payee in told if payee is not None])
        attempts = {one.id: one.payout.attempts for one in group}
        self._write(
            shop_id,
            attempts,
            lambda held: protocol.sent(held.payout, answers[held.key], held.payout.attempts),
        )
        return 1

    def _write(self, shop_id: ShopId, ids: object, heard: Callable[[Held], Payout]) -> None:
        super()._write(shop_id, ids, lambda held: self._heard(heard(held)))  # type: ignore[arg-type]

    def _heard(self, after: Payout) -> Payout:
        if self.mistake == "a time-out as a failure" and after.state is State.UNKNOWN:
            return replace(after, state=State.FAILED, reason="No answer.")
        if self.mistake == "a refused retry as a failure" and after.refusal is not None:
            return replace(after, state=State.FAILED, refusal=None)
        return after
