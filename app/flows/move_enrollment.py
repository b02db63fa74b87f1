"""Promote a creator to another program, or take them back: old orders keep the old terms, new ones get the new.

What was decided is one fact: from which program, to which, since when. Codes and links stay where they were
given; whose terms hold for an order is worked out from when it was placed, whenever it is delivered.
Source: features.md E50, decision 0044.
"""

from datetime import datetime

from app.campaigns import store as campaigns
from app.campaigns.model import Program
from app.commissions import store as credits_store
from app.creators import store as creators
from app.creators.model import Creator
from app.creators.move import Place, move
from app.db.session import ShopSession
from app.flows import derive_awards, reevaluate
from app.jobs.queue import Queue
from app.kernel.change import Change
from app.kernel.errors import Conflict


class WouldRejudge(Conflict):
    """The move is for a day gone by, and orders since then earn by the old program. Ask, then say `reprice`."""

    def __init__(self, creator: str, source: str, target: str, at: datetime, orders: int) -> None:
        told = f"{orders} {'order' if orders == 1 else 'orders'}"
        super().__init__(
            f"Moving {creator!r} from {source!r} to {target!r} as of {at.isoformat()} would price {told} again that "
            f"{'was' if orders == 1 else 'were'} placed since. Re-price {'it' if orders == 1 else 'them'}?"
        )
        self.at = at
        self.orders = orders


def move_enrollment(
    session: ShopSession,
    queue: Queue,
    creator: Creator,
    source: Program,
    target: Program,
    *,
    at: datetime,
    reprice: bool,
    actor: str,
    now: datetime,
) -> Change:
    """Move the creator from then on, and have the orders placed since judged again.

    Asked twice, nothing happens the second time. Raises CannotMove, NotFound, and WouldRejudge when orders
    since a day gone by would be priced again and nobody said `reprice`.
    """
    change = move(
        session,
        creator,
        Place(source.id, source.handle),
        Place(target.id, target.handle),
        at=at,
        actor=actor,
        now=now,
    )
    if change is Change.UNCHANGED:
        return change
    orders = credits_store.count_since(session, creator.id, source.id, at) if at < now else 0
    if orders and not reprice:
        raise WouldRejudge(creator.handle, source.handle, target.handle, at, orders)
    derive_awards.request(session, queue, session.shop_id)
    if at <= now:
        reevaluate.request(session, queue, placed_from=at, codes=None)
    return change


def move_by_handles(
    session: ShopSession,
    queue: Queue,
    handle: str,
    *,
    source: str,
    target: str,
    at: datetime,
    reprice: bool,
    actor: str,
    now: datetime,
) -> Change:
    """The same, of a creator and programs that a person named. Raises NotFound for what is not there."""
    return move_enrollment(
        session,
        queue,
        creators.creator(session, handle),
        campaigns.program(session, source),
        campaigns.program(session, target),
        at=at,
        reprice=reprice,
        actor=actor,
        now=now,
    )
