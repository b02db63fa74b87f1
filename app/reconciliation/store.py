"""Every query about runs of the comparison, and the comparison itself: set-based, whatever its size."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db.arrays import blobs, plain, texts
from app.db.session import Fenced, ShopSession
from app.orders.model import stamp
from app.reconciliation.model import REACH, Found, Kind, Lack, Method, Run, State, Stub, What
from app.reconciliation.tables import ReconciliationCursor, ReconciliationDifference, ReconciliationRun

KEPT = timedelta(days=30)
"""How long a run and what it found stay to be looked at."""

MOST_NOTED = 200
"""Differences of one run that are kept one by one; the counts hold them all."""

_LACKING = text("""
    with theirs as (
        select * from unnest(cast(:ids as bigint[]), cast(:stamps as bytea[]), cast(:statuses as text[]),
                             cast(:cancelled as boolean[])) as t(id, stamp, status, cancelled)
    ), unknown as (
        select distinct p.order_id
        from unnest(cast(:refunded as bigint[]), cast(:refunds as bigint[])) as p(order_id, id)
        left join refunds r on r.shop_id = :shop and r.order_id = p.order_id and r.id = p.id
        where r.id is null
    ), compared as (
        select t.id, cast(o.facts ->> 'updated_at' as timestamptz) as ours_at,
               case when o.id is null then 'missing'
                    when substr(o.version, 1, 8) < t.stamp then 'older'
                    when u.order_id is not null then 'refunds'
                    when substr(o.version, 1, 8) = t.stamp and (o.facts ->> 'financial_status' <> t.status
                         or (o.facts ->> 'cancelled_at' is not null) <> t.cancelled) then 'state' end as what
        from theirs t
        left join orders o on o.shop_id = :shop and o.id = t.id
        left join unknown u on u.order_id = t.id
    )
    select id, ours_at, what from compared where what is not null
""")

_PROGRESS = text("""
    update reconciliation_runs
    set read = read + :read, missing = missing + :missing, fed = fed + :fed,
        file_offset = coalesce(:file_offset, file_offset), reached_at = coalesce(:reached_at, reached_at)
    where shop_id = :shop and id = :id
""")

_COLUMNS = (
    ReconciliationRun.id,
    ReconciliationRun.kind,
    ReconciliationRun.method,
    ReconciliationRun.since,
    ReconciliationRun.until,
    ReconciliationRun.begun_at,
    ReconciliationRun.ended_at,
    ReconciliationRun.state,
    ReconciliationRun.reached_at,
    ReconciliationRun.bulk_gid,
    ReconciliationRun.bulk_tries,
    ReconciliationRun.file_offset,
    ReconciliationRun.read,
    ReconciliationRun.missing,
    ReconciliationRun.fed,
    ReconciliationRun.failure,
)


def lacking(session: ShopSession, stubs: Sequence[Stub]) -> list[Lack]:
    """Which of these orders we do not hold as Shopify shows them, and why; one statement for all."""
    pairs = [(stub.id, refund) for stub in stubs for refund in stub.refund_ids]
    rows = session.execute(
        _LACKING,
        {
            "shop": session.shop_id,
            "ids": plain(s.id for s in stubs),
            "stamps": blobs(stamp(s.updated_at) for s in stubs),
            "statuses": texts(s.status for s in stubs),
            "cancelled": plain(s.cancelled for s in stubs),
            "refunded": plain(order_id for order_id, _ in pairs),
            "refunds": plain(refund for _, refund in pairs),
        },
    )
    found = {row.id: row for row in rows}
    return [Lack(s, What(found[s.id].what), found[s.id].ours_at) for s in stubs if s.id in found]


def under_way(session: ShopSession, method: Method) -> Run | None:
    """The unfinished run of this method."""
    which = select(*_COLUMNS).where(
        ReconciliationRun.state == State.RUNNING, ReconciliationRun.method == method
    )
    return _run(session.execute(which).one_or_none())


def find(session: ShopSession, run_id: int) -> Run | None:
    """The run of that number."""
    return _run(session.execute(select(*_COLUMNS).where(ReconciliationRun.id == run_id)).one_or_none())


def begin(
    session: ShopSession, kind: Kind, method: Method, *, since: datetime, until: datetime, now: datetime
) -> Run:
    """A new run. The unique index admits one of a method; old runs are forgotten on the way."""
    session.execute(
        text("delete from reconciliation_runs where shop_id = :shop and ended_at < :before"),
        {"shop": session.shop_id, "before": now - KEPT},
    )
    values = {"kind": kind, "method": method, "since": since, "until": until, "begun_at": now}
    added = insert(ReconciliationRun).values(shop_id=session.shop_id, **values)
    run = _run(session.execute(added.returning(*_COLUMNS)).one())
    if run is None:
        raise LookupError("an insert returns its row")
    return run


def progress(
    session: ShopSession,
    run: Run,
    *,
    read: int,
    missing: int = 0,
    fed: int = 0,
    file_offset: int | None = None,
    reached_at: datetime | None = None,
) -> None:
    """Count what was just compared and fed, and how far that brought the run."""
    session.execute(
        _PROGRESS,
        {
            "shop": session.shop_id,
            "id": run.id,
            "read": read,
            "missing": missing,
            "fed": fed,
            "file_offset": file_offset,
            "reached_at": reached_at,
        },
    )


def change(session: ShopSession, run: Run, **facts: object) -> Run:
    """Write these columns of the run and return what it is then."""
    statement = (
        update(ReconciliationRun)
        .where(ReconciliationRun.id == run.id)
        .values(**facts)
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )
    changed = _run(session.execute(statement).one())
    if changed is None:
        raise LookupError("an update returns its row")
    return changed


def note(session: ShopSession, run: Run, found: Sequence[Found], now: datetime) -> None:
    """Keep what differed, as far as there is room for it."""
    held = session.execute(
        text("select count(*) from reconciliation_differences where shop_id = :shop and run_id = :run"),
        {"shop": session.shop_id, "run": run.id},
    ).scalar_one()
    rows = [
        {
            "shop_id": session.shop_id,
            "run_id": run.id,
            "found_at": now,
            "order_id": f.lack.stub.id,
            "order_name": f.lack.stub.name,
            "what": f.lack.what,
            "ours_at": f.lack.ours_at,
            "theirs_at": f.lack.stub.updated_at,
            "webhook_id": f.webhook_id,
        }
        for f in found[: MOST_NOTED - held]
    ]
    if rows:
        session.execute(insert(ReconciliationDifference).values(rows))


def swept_to(session: ShopSession) -> datetime | None:
    """Up to which updated_at everything was compared and fed; None before the first time."""
    return session.scalar(select(ReconciliationCursor.swept_to))


def move_cursor(session: ShopSession, since: datetime, to: datetime) -> None:
    """Everything from `since` to `to` was compared and fed. The cursor never leaps over a gap, nor back.

    What lies further back than REACH is no gap: it can't be read.
    """
    session.execute(
        text("""
            insert into reconciliation_cursors as held (shop_id, swept_to)
            select :shop, :to
            where exists (select from reconciliation_cursors where shop_id = :shop) or :since <= :from_scratch
            on conflict (shop_id) do update set swept_to = greatest(held.swept_to, excluded.swept_to)
                where :since <= greatest(held.swept_to, :from_scratch)
        """),
        {"shop": session.shop_id, "since": since, "to": to, "from_scratch": to - REACH},
    )


def waiting_for_bulk(session: Fenced, shop_id: int) -> int | None:
    """The run of that shop that waits for a bulk query."""
    run = ReconciliationRun
    run_id: int | None = session.scalar(
        select(run.id).where(
            run.shop_id == shop_id,
            run.method == Method.BULK,
            run.state == State.RUNNING,
            run.bulk_gid.is_not(None),
        )
    )
    return run_id


def ended_at(session: Fenced) -> dict[int, datetime]:
    """When the last check of 60 days of each admitted shop came to its end, by shop id."""
    run = ReconciliationRun
    which = select(run.shop_id, func.max(run.ended_at).label("at")).where(
        run.method == Method.BULK, run.state == State.DONE
    )
    return {row.shop_id: row.at for row in session.execute(which.group_by(run.shop_id))}


def _run(row: Any) -> Run | None:
    if row is None:
        return None
    facts = row._asdict()
    return Run(**facts | {k: kind(facts[k]) for k, kind in _ENUMS.items()})


_ENUMS = {"kind": Kind, "method": Method, "state": State}
