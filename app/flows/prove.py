"""Prove the books: every invariant, and every commission worked out again from its facts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.commissions import award_store
from app.commissions import awards as awarding
from app.commissions import store as credits_store
from app.commissions.accrue import target
from app.commissions.model import Position
from app.db.session import BatchSession, ShopSession
from app.flows.judge import Judged, judge
from app.ledger import store as books
from app.ledger.model import Posted
from app.orders import store as orders
from app.reports.proof import offenders
from app.shops.model import Status
from app.shops.store import ShopContext

CHUNK = 1000
Json = dict[str, Any]

AGAIN = "every commission can be worked out again"
ORDERS_STOOD = "every order stood where it should"
AWARDS_STOOD = "every award stood where it should"


def prove(session: ShopSession, again: BatchSession, shop: ShopContext, as_of: datetime) -> Json:
    """{ok, checks: [{name, ok, offender}]}: reads everything of the shop and changes nothing.

    Entries, balances, accounts and rollups are proved as they are; where orders and awards stand, as of
    that instant: on hold before the end of their hold, payable after it. What has moved since has left
    no trace of then but its postings, so it is proved as it is.

    `session` and `again` see the shop; the second works the commissions out again in portions, so
    that memory stays small however many orders there are. Of an erased shop only the books are left to
    prove: the facts behind them are gone.
    """
    checks = [_check(name, found) for name, found in offenders(session).items()]
    if shop.status is not Status.REDACTED:
        faults: dict[str, str] = {}
        for name, words in _faults_of_orders(again, shop, as_of):
            faults.setdefault(name, words)
        checks += [_check(name, faults.get(name)) for name in (AGAIN, ORDERS_STOOD)]
    checks.append(_check(AWARDS_STOOD, next(_faults_of_awards(again, shop, as_of), None)))
    return {"ok": all(c["ok"] for c in checks), "checks": checks}


def _check(name: str, found: str | None) -> Json:
    return {"name": name, "ok": found is None, "offender": found}


def _faults_of_orders(session: BatchSession, shop: ShopContext, as_of: datetime) -> Iterator[tuple[str, str]]:
    """(check, words) for orders whose commission is not what their facts give, or does not stand where it should."""
    after = -1
    while True:
        with session.begin():
            session.admit([shop.id])
            keys = orders.keys_after(session, shop.id, after, CHUNK)
            if not keys:
                return
            judged = judge(session, orders.current(session, keys), {shop.id: shop})
            stored = credits_store.commissions(session, keys)
            posted = books.posted(session, keys)
        yield from ((AGAIN, _words(j, stored)) for j in judged if _now(j) != stored.get(j.order.key, {}))
        for j in judged:
            yield from ((ORDERS_STOOD, said) for said in _misplaced(j, posted.get(j.order.key, []), as_of))
        after = keys[-1][1]


def _misplaced(judged: Judged, posted: list[Posted], as_of: datetime) -> Iterator[str]:
    earnings = {(e.creator_id, judged.order.facts.currency): e for e in judged.earnings}
    for held in posted:
        earning = earnings.get((held.creator_id, held.currency))
        wanted = target(earning, as_of) if earning else Position()
        said = _fault(held, wanted, as_of)
        if said:
            yield f"order {judged.order.facts.id} creator {held.creator_id}: {said}"


def _faults_of_awards(session: BatchSession, shop: ShopContext, as_of: datetime) -> Iterator[str]:
    after = ""
    while True:
        with session.begin():
            session.admit([shop.id])
            awards = award_store.after(session, shop.id, after, CHUNK)
            posted = books.posted_awards(session, [(shop.id, award.key) for award in awards])
        for award in awards:
            held = posted.get((shop.id, award.key))
            said = _fault(held, awarding.target(award, as_of), as_of) if held else None
            if said:
                yield f"award {award.key}: {said}"
        if not awards:
            return
        after = awards[-1].key


def _fault(held: Posted, wanted: Position, as_of: datetime) -> str | None:
    """What is wrong with where it stood. What matures while no job has come round may still be on hold."""
    stood = Position(held.pending, held.payable)
    if held.until > as_of or stood in (wanted, Position(pending=wanted.payable)):
        return None
    return (
        f"{held.pending} on hold and {held.payable} payable, should be {wanted.pending} and {wanted.payable}"
    )


def _now(judged: Judged) -> dict[int, int]:
    return {e.creator_id: e.commission_minor for e in judged.earnings}


def _words(judged: Judged, stored: dict[tuple[int, int], dict[int, int]]) -> str:
    return f"order {judged.order.facts.id}: stored {stored.get(judged.order.key, {})}, its facts give {_now(judged)}"
