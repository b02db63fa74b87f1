"""The decision log: every verb that a person sets off writes here, in its own transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.audit.model import Decision
from app.audit.tables import Decision as Row
from app.db.session import ShopSession


def record(
    session: ShopSession, kind: str, *, subject: str, actor: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Add one decision. `facts` is JSON, and enough to take the decision again from empty."""
    session.add(Row(kind=kind, subject=subject, actor=actor, facts=dict(facts), decided_at=now))


def record_all(
    session: ShopSession,
    kind: str,
    decided: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    actor: str,
    now: datetime,
) -> None:
    """The same decision about many: (subject, facts) each, in one statement."""
    rows = [
        {"shop_id": session.shop_id, "kind": kind, "subject": subject, "actor": actor, "facts": dict(facts),
         "decided_at": now}
        for subject, facts in decided
    ]  # fmt: skip
    if rows:
        session.execute(insert(Row.__table__), rows)  # type: ignore[arg-type]


def decisions(session: ShopSession, *, as_of: datetime | None = None) -> list[Decision]:
    """Every decision of the shop in the order in which it was taken; up to `as_of` when given."""
    wanted = select(Row).order_by(Row.id)
    if as_of is not None:
        wanted = wanted.where(Row.decided_at <= as_of)
    return [
        Decision(row.id, row.kind, row.subject, row.actor, row.decided_at, row.facts)
        for row in session.scalars(wanted)
    ]


def about(session: ShopSession, subject: str, kinds: Collection[str] | None = None) -> list[Decision]:
    """Every decision about one subject, of these kinds when given, in the order in which it was taken."""
    wanted = select(Row).where(Row.subject == subject).order_by(Row.id)
    if kinds is not None:
        wanted = wanted.where(Row.kind.in_(sorted(kinds)))
    return [
        Decision(row.id, row.kind, row.subject, row.actor, row.decided_at, row.facts)
        for row in session.scalars(wanted)
    ]


def latest(session: ShopSession, rooms: Collection[str], most: int, before: int | None) -> list[Decision]:
    """The newest decisions of these rooms (what stands before the point of a kind); before that id when given."""
    wanted = (
        select(Row)
        .where(func.split_part(Row.kind, ".", 1).in_(sorted(rooms)))
        .order_by(Row.id.desc())
        .limit(most)
    )
    if before is not None:
        wanted = wanted.where(Row.id < before)
    return [
        Decision(row.id, row.kind, row.subject, row.actor, row.decided_at, row.facts)
        for row in session.scalars(wanted)
    ]
