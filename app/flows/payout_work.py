"""One round of a worker over a shop's payouts: what waits is sent, what is unknown is asked about.

`submitting` is committed before a call and what was heard after it; no call is made inside a transaction. Whoever
dies in between leaves a question that the next round asks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from app.db.session import ShopSession
from app.flows.payout_moves import WORKER, Change, move_on
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.payouts import protocol, store
from app.payouts.details import Details
from app.payouts.protocol import Payout, Step, Unknown
from app.payouts.provider import Instruction, Provider, Question
from app.payouts.store import Held

OpenDetails = Callable[[ShopId, Held], Details | None]
"""The payee of a payout in the clear; None when the creator was erased meanwhile."""

_SILENT = Unknown("The provider said nothing of this payout.")
_ERASED = "Where it should go was erased before it was sent."


@dataclass(frozen=True)
class PayoutWorker:
    """Sends and asks, shop by shop. Any number of them may work at once."""

    open_session: Callable[[ShopId], ShopSession]
    open_details: OpenDetails
    providers: Callable[[ShopId], Mapping[str, Provider]]
    clock: Clock

    def round(self, shop_id: ShopId) -> int:
        """Take each payout of the shop one step on. Returns how many calls were made; 0: there is nothing to do."""
        with self.open_session(shop_id) as session, session.begin():
            self._find_orphans(session)
            waiting = store.under_way(session)
        providers = self.providers(shop_id)
        calls = 0
        for group in _batches(waiting):
            provider = providers.get(group[0].provider)
            if provider is not None:
                calls += self._take_on(shop_id, provider, group)
        return calls

    def _find_orphans(self, session: ShopSession) -> None:
        now = self.clock.now()
        lost = [
            held.id
            for held in store.submitting(session)
            if protocol.next_step(held.payout, now) is Step.LOOK_UP
        ]
        changes = [Change(held, protocol.orphaned(held.payout)) for held in store.locked(session, lost)]
        move_on(session, changes, actor=WORKER, now=now)

    def _take_on(self, shop_id: ShopId, provider: Provider, group: Sequence[Held]) -> int:
        now = self.clock.now()
        steps = {protocol.next_step(held.payout, now) for held in group if held.payout.state in protocol.OPEN}
        if steps == {Step.SEND}:
            waiting = [held for held in group if held.payout.state in protocol.OPEN]
            return self._send(shop_id, provider, waiting)
        asked = [held for held in group if protocol.next_step(held.payout, now) is Step.LOOK_UP]
        return self._look_up(shop_id, provider, asked) if asked else 0

    def _send(self, shop_id: ShopId, provider: Provider, group: Sequence[Held]) -> int:
        claimed = self._claim(shop_id, group)
        if not claimed:
            return 0
        answers = provider.send([instruction for instruction, _ in claimed])
        attempts = {instruction.payout_id: attempt for instruction, attempt in claimed}

        def heard(held: Held) -> Payout:
            return protocol.sent(held.payout, answers.get(held.key, _SILENT), attempts[held.id])

        self._write(shop_id, attempts, heard)
        return 1

    def _claim(self, shop_id: ShopId, group: Sequence[Held]) -> list[tuple[Instruction, int]]:
        """Commit that these are being sent. Empty when another worker was quicker with any of them."""
        now = self.clock.now()
        with self.open_session(shop_id) as session, session.begin():
            held = store.locked(session, [one.id for one in group])
            if any(protocol.next_step(one.payout, now) is not Step.SEND for one in held):
                return []
            payees = {one.id: self.open_details(shop_id, one) for one in held}
            begun = [Change(one, _begun(one, payees[one.id], now)) for one in held]
            move_on(session, begun, actor=WORKER, now=now)
        return [
            (instruction(change.held, payee, is_retry=change.after.attempts > 1), change.after.attempts)
            for change in begun
            if (payee := payees[change.held.id]) is not None
        ]

    def _look_up(self, shop_id: ShopId, provider: Provider, group: Sequence[Held]) -> int:
        answers = provider.status([question(one, self.open_details(shop_id, one)) for one in group])
        attempts = {one.id: one.payout.attempts for one in group}
        now = self.clock.now()

        def heard(held: Held) -> Payout:
            return protocol.looked(held.payout, answers.get(held.key, _SILENT), attempts[held.id], now)

        self._write(shop_id, attempts, heard)
        return 1

    def _write(self, shop_id: ShopId, ids: Iterable[int], heard: Callable[[Held], Payout]) -> None:
        """What was heard of each, as they stand by now: a webhook may have been quicker."""
        with self.open_session(shop_id) as session, session.begin():
            changes = [Change(held, heard(held)) for held in store.locked(session, list(ids))]
            move_on(session, changes, actor=WORKER, now=self.clock.now())


def instruction(held: Held, payee: Details, *, is_retry: bool = False) -> Instruction:
    """What a provider is told of a payout: the same at each attempt, but for that it is one more."""
    return Instruction(
        payout_id=held.id,
        key=held.key,
        run=held.run_key,
        batch=held.batch,
        amount=held.amount,
        name=held.name,
        details=payee,
        note=f"Payout {held.run_id}-{held.id}",
        created_at=held.reserved_at,
        is_retry=is_retry,
    )


def question(held: Held, payee: Details | None) -> Question:
    """What a provider is asked of a payout."""
    return Question(
        held.id,
        held.key,
        held.batch,
        held.amount,
        payee,
        held.payout.provider_id,
        asked_since=held.reserved_at,
    )


def _begun(held: Held, payee: Details | None, now: datetime) -> Payout:
    """Whose details were erased is not paid; if a call was made before that, it can only be asked about."""
    if payee is not None:
        return protocol.begin(held.payout, now)
    return protocol.cancel(held.payout, _ERASED) if held.payout.attempts == 0 else held.payout


def _batches(waiting: Sequence[Held]) -> list[list[Held]]:
    def batch(held: Held) -> tuple[str, UUID]:
        return held.provider, held.batch

    return [list(group) for _, group in groupby(sorted(waiting, key=batch), key=batch)]
