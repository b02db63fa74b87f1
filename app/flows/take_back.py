"""A payout that nobody claimed is taken back from its provider: owed again at once, not after thirty days."""

from datetime import datetime

from app.flows.cashier import Cashier
from app.flows.payout_details import opener
from app.flows.payout_heard import NoSuchPayout
from app.flows.payout_moves import Change, move_on
from app.flows.payout_work import question
from app.kernel.errors import Conflict, Retriable
from app.kernel.ids import ShopId
from app.payouts import protocol, store
from app.payouts.protocol import Done, Refused, State
from app.payouts.provider import TakesBack
from app.payouts.store import Held


class NotUnclaimed(Conflict):
    """Only what waits to be claimed can be taken back."""

    def __init__(self, held: Held) -> None:
        super().__init__(
            f"Payout {held.id} is {held.payout.state.value} at {held.provider}: only what nobody claimed yet can be taken back."
        )


def take_back(cashier: Cashier, shop_id: ShopId, payout_id: int, *, actor: str, now: datetime) -> None:
    """Ask the provider for it, then write down what it said. Not to be called inside a transaction.

    Raises NoSuchPayout, NotUnclaimed, Conflict for what the provider refused, Retriable when it gave no answer.
    """
    with cashier.open_session(shop_id) as session, session.begin():
        held = store.get(session, payout_id)
        if held is None:
            raise NoSuchPayout(payout_id)
        payee = opener(cashier.vault)(shop_id, held)
    provider: object = cashier.providers(shop_id).get(held.provider)
    if held.payout.state is not State.UNCLAIMED or not isinstance(provider, TakesBack):
        raise NotUnclaimed(held)
    answer = provider.take_back(question(held, payee))
    if isinstance(answer, Refused):
        raise Conflict(answer.sentence)
    if not isinstance(answer, Done):
        raise Retriable("Nobody knows yet whether it was taken back. Look at it again in a few minutes.")
    with cashier.open_session(shop_id) as session, session.begin():
        changes = [
            Change(one, protocol.told(one.payout, answer)) for one in store.locked(session, [payout_id])
        ]
        move_on(session, changes, actor=actor, now=now)
