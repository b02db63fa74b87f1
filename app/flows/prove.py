"""Prove the books: every invariant, and every commission worked out again from its facts."""

from collections.abc import Iterator
from typing import Any

from app.commissions import store as credits_store
from app.db.session import BatchSession, ShopSession
from app.flows.judge import Judged, judge
from app.orders import store as orders
from app.reports.proof import QUESTIONS, offender
from app.shops.model import Status
from app.shops.store import ShopContext

CHUNK = 1000
Json = dict[str, Any]


def prove(session: ShopSession, again: BatchSession, shop: ShopContext) -> Json:
    """{ok, checks: [{name, ok, offender}]}: reads everything of the shop and changes nothing.

    `session` and `again` see the shop; the second works the commissions out again in portions, so
    that memory stays small however many orders there are. Of an erased shop only the books are left to
    prove: the facts behind them are gone.
    """
    checks = [_check(name, offender(session, question)) for name, question in QUESTIONS.items()]
    if shop.status is not Status.REDACTED:
        checks.append(
            _check("every commission can be worked out again", next(_differences(again, shop), None))
        )
    return {"ok": all(c["ok"] for c in checks), "checks": checks}


def _check(name: str, found: str | None) -> Json:
    return {"name": name, "ok": found is None, "offender": found}


def _differences(session: BatchSession, shop: ShopContext) -> Iterator[str]:
    """Orders whose stored commission is not what their facts give."""
    after = -1
    while True:
        with session.begin():
            session.admit([shop.id])
            keys = orders.keys_after(session, shop.id, after, CHUNK)
            if not keys:
                return
            judged = judge(session, orders.current(session, keys), {shop.id: shop})
            stored = credits_store.commissions(session, keys)
        yield from (_words(j, stored) for j in judged if _now(j) != stored.get(j.order.key, {}))
        after = keys[-1][1]


def _now(judged: Judged) -> dict[int, int]:
    return {e.creator_id: e.commission_minor for e in judged.earnings}


def _words(judged: Judged, stored: dict[tuple[int, int], dict[int, int]]) -> str:
    return f"order {judged.order.facts.id}: stored {stored.get(judged.order.key, {})}, its facts give {_now(judged)}"
