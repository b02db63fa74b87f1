"""The hold is over: what was pending becomes payable. Idempotent, and catches up after any pause.

Time alone changes nothing of what was earned: what should stand is in the credits already, and whatever changes
it derives them anew. So where the books agree with the credit, the hold's end is one movement and nothing is
judged again; where they do not, the order is, as after any other change.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.commissions import award_store, maturity_store
from app.commissions.maturity_store import Held
from app.commissions.model import Position
from app.commissions.movement import Cause, move
from app.db.session import BatchSession
from app.flows.awards_to_ledger import settle
from app.flows.evaluate import evaluate
from app.ledger import store as books
from app.ledger.model import Entry, Posted
from app.ledger.post import post
from app.orders import store as orders
from app.orders.store import Key
from app.shops.store import ShopContext

CHUNK = 2000


def mature(session: BatchSession, shops: Sequence[ShopContext], as_of: datetime) -> int:
    """Mature one chunk of these shops' commissions whose hold is over by then, and commit.

    Returns how many orders and awards it took; 0 when nothing is due. Call it until then.
    """
    by_id = {shop.id: shop for shop in shops}
    with session.begin():
        session.admit(by_id)
        due = maturity_store.due(session, sorted(by_id), as_of, CHUNK)
        if due:
            _move_on(session, due, by_id, as_of)
        awards = award_store.due(session, sorted(by_id), as_of, CHUNK)
        settle(session, awards, as_of)
    return len(due) + len(awards)


def _move_on(
    session: BatchSession, due: Sequence[Key], shops: Mapping[int, ShopContext], as_of: datetime
) -> None:
    """`due` is locked: a refund of the same order may just have come, and what it left is read after it."""
    waiting = maturity_store.waiting(session, due, as_of)
    posted = books.posted(session, sorted({held.key for held in waiting}))
    odd = {held.key for held in waiting if _stands(held, posted) is None}
    straight = [held for held in waiting if held.key not in odd]
    post(session, [entry for held in straight for entry in _entries(held, posted)])
    maturity_store.set_matured(session, [(*held.key, held.creator_id) for held in straight])
    if odd:
        locked = orders.lock(session, sorted(odd))
        evaluate(session, orders.with_refunds(session, locked), shops, as_of)


def _stands(held: Held, posted: Mapping[Key, Sequence[Posted]]) -> int | None:
    """How many entries the credit has, if all it earned is pending and nothing else; None when the books differ."""
    mine = [p for p in posted.get(held.key, ()) if p.creator_id == held.creator_id]
    if not mine:
        return 0 if held.earned_minor == 0 else None
    (only, *others) = mine
    agrees = (only.currency, only.pending, only.payable) == (held.currency, held.earned_minor, 0)
    return only.entries if agrees and not others else None


def _entries(held: Held, posted: Mapping[Key, Sequence[Posted]]) -> list[Entry]:
    cause = Cause(
        shop_id=held.shop_id,
        order_id=held.order_id,
        creator_id=held.creator_id,
        currency=held.currency,
        event_id=held.event_id,
        caused_at=held.matures_at,
        paid_at=held.paid_at,
        matures_at=held.matures_at,
        posted_entries=_stands(held, posted) or 0,
        posted_until=max((p.until for p in posted.get(held.key, ())), default=None),
    )
    return move(Position(pending=held.earned_minor), Position(payable=held.earned_minor), cause)
