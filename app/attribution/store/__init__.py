"""Every query over evidence."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import text

from app.attribution.model import Assignment, Candidate, Decision, Reason
from app.db.arrays import plain, texts, times
from app.db.session import BatchSession, Fenced, ShopSession

_UPSERT = text("""
    insert into conversions (shop_id, order_id, model, reason_code, flags, candidates, decided_at)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:models as text[]),
                         cast(:reasons as text[]), cast(:flags as jsonb[]), cast(:candidates as jsonb[]),
                         cast(:decided as timestamptz[]))
    on conflict (shop_id, order_id) do update
        set model = excluded.model, reason_code = excluded.reason_code, flags = excluded.flags,
            candidates = excluded.candidates, decided_at = excluded.decided_at
""")

_EMPTY = text("""
    update conversions c
    set reason_code = 'no_evidence', flags = '[]', candidates = '[]'
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    where c.shop_id = k.shop_id and c.order_id = k.order_id
""")

_candidates = msgspec.json.Decoder(tuple[Candidate, ...])


_ASSIGNMENTS = text("""
    select a.shop_id, a.order_id, a.shares::text as shares, a.actor, a.reason, a.decided_at
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join assignments a on a.shop_id = k.shop_id and a.order_id = k.order_id
""")

_shares = msgspec.json.Decoder(tuple[tuple[int, Decimal], ...])


class Kept(msgspec.Struct, frozen=True):
    """A decision and when the facts were of which it was made."""

    decision: Decision
    decided_at: datetime


def keep(session: BatchSession, decided: Sequence[tuple[int, int, Decision, datetime]]) -> None:
    """Store decisions as (shop id, order id, decision, Shopify's time of the version judged)."""
    if not decided:
        return
    session.execute(
        _UPSERT,
        {
            "shop_ids": plain(d[0] for d in decided),
            "orders": plain(d[1] for d in decided),
            "models": texts(d[2].model for d in decided),
            "reasons": texts(d[2].reason_code for d in decided),
            "flags": texts(msgspec.json.encode(d[2].flags).decode() for d in decided),
            "candidates": texts(msgspec.json.encode(d[2].candidates).decode() for d in decided),
            "decided": times(d[3] for d in decided),
        },
    )


def clear(session: BatchSession, keys: Sequence[tuple[int, int]]) -> None:
    """An order that lost all its evidence (its codes were edited away) keeps an empty decision, if it had one."""
    if keys:
        session.execute(_EMPTY, {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)})


def assignments(session: Fenced, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Assignment]:
    """What a human decided about each (shop id, order id); orders that nobody touched are left out."""
    if not keys:
        return {}
    columns = {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}
    return {
        (r.shop_id, r.order_id): Assignment(_shares.decode(r.shares), r.actor, r.reason, r.decided_at)
        for r in session.execute(_ASSIGNMENTS, columns)
    }


def take_turns(session: ShopSession, order_id: int) -> None:
    """Make whoever decides about the same order at once wait for the other, until commit."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended('assignment ' || :shop || '/' || :order, 0))"),
        {"shop": str(session.shop_id), "order": str(order_id)},
    )


def assign(session: ShopSession, order_id: int, assignment: Assignment) -> None:
    """Let a human's decision stand in place of the evidence and of any decision before it."""
    session.execute(
        text(
            "insert into assignments (shop_id, order_id, shares, actor, reason, decided_at) "
            "values (:shop, :order, cast(:shares as jsonb), :actor, :reason, :at) "
            "on conflict (shop_id, order_id) do update set shares = excluded.shares, actor = excluded.actor, "
            "reason = excluded.reason, decided_at = excluded.decided_at"
        ),
        {
            "shop": session.shop_id,
            "order": order_id,
            "shares": msgspec.json.encode(assignment.shares).decode(),
            "actor": assignment.actor,
            "reason": assignment.reason,
            "at": assignment.decided_at,
        },
    )


def unassign(session: ShopSession, order_id: int) -> None:
    """Let the evidence speak again."""
    session.execute(
        text("delete from assignments where shop_id = :shop and order_id = :order"),
        {"shop": session.shop_id, "order": order_id},
    )


def decisions(session: ShopSession, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Decision]:
    """The stored decision of each of these orders that has one."""
    rows = session.execute(
        text(
            "select c.shop_id, c.order_id, c.model, c.reason_code, c.candidates::text as candidates "
            "from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id) "
            "join conversions c on c.shop_id = k.shop_id and c.order_id = k.order_id"
        ),
        {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)},
    )
    return {
        (r.shop_id, r.order_id): Decision(
            r.model,
            _candidates.decode(r.candidates),
            Reason(r.reason_code) if r.reason_code else None,
            (),
        )
        for r in rows
    }


def of_order(session: ShopSession, order_id: int) -> Kept | None:
    """The stored decision of one order; None when nothing ever spoke for anybody."""
    row = session.execute(
        text(
            "select model, reason_code, flags::text as flags, candidates::text as candidates, decided_at "
            "from conversions where shop_id = :shop and order_id = :id"
        ),
        {"shop": session.shop_id, "id": order_id},
    ).one_or_none()
    if row is None:
        return None
    decision = msgspec.convert(
        {
            "model": row.model,
            "candidates": (),
            "reason_code": row.reason_code,
            "flags": msgspec.json.decode(row.flags),
        },
        Decision,
    )
    return Kept(
        msgspec.structs.replace(decision, candidates=_candidates.decode(row.candidates)), row.decided_at
    )
