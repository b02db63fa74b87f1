"""Bring the books to where the facts say they should be: what is posted is target minus posted.

Called whenever anything that decides money may have changed: a delivery, time, a human decision.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.attribution import store as evidence
from app.commissions import store as credits_store
from app.commissions.accrue import is_matured, target
from app.commissions.model import Earning, Position
from app.commissions.movement import Cause, move
from app.commissions.store import PricedCredit
from app.db.session import BatchSession
from app.flows.judge import Judged, changed_at, judge
from app.flows.reckon import Held, mark
from app.flows.trails import pass_on
from app.fraud import store as fraud
from app.ledger import store as books
from app.ledger.model import Entry, Posted
from app.ledger.post import post
from app.orders.store import StoredOrder
from app.reports.rollup import Cell, mark_dirty
from app.shops.store import ShopContext
from app.tracking.model import fold
from app.tracking.store import single


def evaluate(
    session: BatchSession, orders: Sequence[StoredOrder], shops: Mapping[int, ShopContext], as_of: datetime
) -> None:
    """Post the difference between what should be and what is, for each order. Nothing changed: nothing happens.

    The caller holds the rows of these orders locked.
    """
    seen_before = [order.key for order in orders if not order.is_new]
    held = credits_store.holders(session, seen_before)
    judged = judge(session, orders, shops, held=held)
    told = [j for j in judged if j.decision.is_told]
    untold = [j.order.key for j in judged if not j.decision.is_told and not j.order.is_new]
    posted = books.posted(session, seen_before)
    stale = _stale(judged, held)

    evidence.keep(
        session, [(j.order.shop_id, j.order.facts.id, j.decision, j.order.facts.updated_at) for j in told]
    )
    evidence.clear(session, untold)
    single.mark_used(session, [use for j in told for use in _used(j)])
    credits_store.keep(session, [c for j in told for c in _priced(j, as_of)])
    gone = credits_store.drop(session, stale)
    mark(session, [(j.order, j.reckoned) for j in judged])
    post(session, [entry for j in judged for entry in _entries(j, posted.get(j.order.key, []), as_of)])
    seen = [one for j in judged for one in j.sightings]
    fraud.sight(session, seen)
    fraud.unsight(session, seen_before, seen)
    mark_dirty(session, [*gone, *(cell for j in told for cell in _cells(j))])
    pass_on(session, [j.order for j in judged if _creators(j) != {*held.get(j.order.key, {})}])


def _used(judged: Judged) -> list[tuple[int, str, int]]:
    """The single-use codes that it was placed with."""
    return [
        (judged.order.shop_id, fold(c.value), judged.order.facts.id)
        for c in judged.decision.candidates
        if c.handed_at is not None
    ]


def _creators(judged: Judged) -> set[int]:
    return {e.creator_id for e in judged.earnings}


def _priced(judged: Judged, as_of: datetime) -> list[PricedCredit]:
    order = judged.order
    return [
        PricedCredit(
            order.shop_id,
            order.facts.id,
            order.facts.placed_at,
            order.placed_on,
            order.facts.currency,
            is_matured(e, as_of),
            e,
        )
        for e in judged.earnings
    ]


def _stale(judged: Sequence[Judged], held: Held) -> list[tuple[int, int, int]]:
    """Credits of creators who are credited no longer."""
    return [
        (*j.order.key, creator_id)
        for j in judged
        for creator_id in sorted({*held.get(j.order.key, {})} - _creators(j))
    ]


def _entries(judged: Judged, posted: Sequence[Posted], as_of: datetime) -> list[Entry]:
    """What leads from posted to target, for everybody who is credited or was."""
    currency = judged.order.facts.currency
    earnings = {(e.creator_id, currency): e for e in judged.earnings}
    stands = {(p.creator_id, p.currency): p for p in posted}
    entries: list[Entry] = []
    for creator_id, in_currency in sorted({*earnings, *stands}):
        earning = earnings.get((creator_id, in_currency))
        held = stands.get((creator_id, in_currency))
        entries += move(
            Position(held.pending, held.payable) if held else Position(),
            target(earning, as_of) if earning else Position(),
            _cause(judged, creator_id, in_currency, earning, held),
        )
    return entries


def _cause(
    judged: Judged, creator_id: int, currency: str, earning: Earning | None, held: Posted | None
) -> Cause:
    """What moves the books: the newest thing that Shopify or a person said."""
    order, verdict = judged.order, judged.verdicts.get(creator_id)
    changed = changed_at(order)
    return Cause(
        shop_id=order.shop_id,
        order_id=order.facts.id,
        creator_id=creator_id,
        currency=currency,
        event_id=order.event_id,
        caused_at=max(changed, verdict.decided_at) if verdict else changed,
        paid_at=earning.paid_at if earning else None,
        matures_at=earning.matures_at if earning else None,
        posted_entries=held.entries if held else 0,
        posted_until=held.until if held else None,
    )


def _cells(judged: Judged) -> list[Cell]:
    return [(judged.order.shop_id, e.creator_id, judged.order.placed_on) for e in judged.earnings]
