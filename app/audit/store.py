"""The decision log: every verb that a person sets off writes here, in its own transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.model import Decision
from app.audit.tables import Decision as Row
from app.db.session import ShopSession


def record(
    session: ShopSession, kind: str, *, subject: str, actor: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Add one decision. `facts` is JSON, and enough to take the decision again from empty."""
    session.add(Row(kind=kind, subject=subject, actor=actor, facts=dict(facts), decided_at=now))


def decisions(session: ShopSession, *, as_of: datetime | None = None) -> list[Decision]:
    """Every decision of the shop in the order in which it was taken; up to `as_of` when given."""
    wanted = select(Row).order_by(Row.id)
    if as_of is not None:
        wanted = wanted.where(Row.decided_at <= as_of)
    return [
        Decision(row.id, row.kind, row.subject, row.actor, row.decided_at, row.facts)
        for row in session.scalars(wanted)
    ]


def about(session: ShopSession, subject: str, kinds: Collection[str]) -> list[Decision]:
    """Every decision of these kinds about one subject, in the order in which it was taken."""
    wanted = select(Row).where(Row.subject == subject, Row.kind.in_(sorted(kinds))).order_by(Row.id)
    return [
        Decision(row.id, row.kind, row.subject, row.actor, row.decided_at, row.facts)
        for row in session.scalars(wanted)
    ]
