"""How the batch's questions read an enrollment that evidence belongs to: columns, joins, and the value."""

from functools import lru_cache
from typing import Any

import msgspec
from psycopg.types.multirange import Multirange
from sqlalchemy import Row

from app.campaigns.crediting import PolicySince, history_of
from app.tracking.model import Span

COLUMNS = """
    e.id as enrollment_id, e.creator_id, r.handle, e.program_id, nullif(e.active, '{(,)}') as active, r.email_key, r.customer_key,
    p.window_days, cast(nullif(p.crediting, '[]') as text) as crediting
"""
"""Of the tables joined below."""

JOINS = """
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
    join programs p on p.shop_id = e.shop_id and p.id = e.program_id
"""
"""Onto `enrollments e`."""


def owner(row: Row[Any]) -> dict[str, Any]:
    """The fields of an Owner, from a row with these columns."""
    return {
        "enrollment_id": row.enrollment_id,
        "creator_id": row.creator_id,
        "creator": row.handle,
        "program_id": row.program_id,
        "active": _spans(row.active),
        "email_key": row.email_key,
        "customer_key": row.customer_key,
        "history": history_of(row.window_days, row.crediting),
    }


@lru_cache(maxsize=1024)
def policies(changes: str | None) -> tuple[PolicySince, ...]:
    """When a code is evidence; null is always."""
    return msgspec.json.decode(changes, type=tuple[PolicySince, ...]) if changes else ()


def _spans(active: Multirange[Any] | None) -> tuple[Span, ...]:
    # Null is always: nearly everybody is, and reading a range takes longer than an order's arithmetic.
    return ((None, None),) if active is None else tuple((span.lower, span.upper) for span in active)
