"""How the batch's questions read an enrollment that evidence belongs to: columns, joins, and the value."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from psycopg.types.multirange import Multirange
from sqlalchemy import Row

from app.campaigns.crediting import PolicySince, history_of
from app.creators.model import Move, trace
from app.tracking.model import Span, Stay

COLUMNS = """
    e.id as enrollment_id, e.creator_id, r.handle, e.program_id, nullif(e.active, '{(,)}') as active, r.email_key, r.customer_key,
    p.window_days, cast(nullif(p.crediting, '[]') as text) as crediting,
    case when r.moves <> '[]' then cast(jsonb_build_object('moves', r.moves, 'places', (
        select jsonb_agg(jsonb_build_object('id', x.id, 'program_id', x.program_id, 'window_days', q.window_days,
            'crediting', cast(nullif(q.crediting, '[]') as text),
            'active', (select coalesce(jsonb_agg(jsonb_build_array(lower(s), upper(s))), '[]') from unnest(x.active) s)))
        from enrollments x join programs q on q.shop_id = x.shop_id and q.id = x.program_id
        where x.shop_id = e.shop_id and x.creator_id = e.creator_id)) as text) end as moved
"""
"""Of the tables joined below. `moved`: all that is needed of creators who changed programs; null for the others."""

JOINS = """
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
    join programs p on p.shop_id = e.shop_id and p.id = e.program_id
"""
"""Onto `enrollments e`."""


class _Place(msgspec.Struct, frozen=True):
    """An enrollment of a creator who changed programs."""

    id: int
    program_id: int
    window_days: int
    crediting: str | None
    active: tuple[Span, ...]


class _Moved(msgspec.Struct, frozen=True):
    """The column of that name."""

    moves: tuple[Move, ...]
    places: tuple[_Place, ...]


def owner(
    row: Row[Any], *, made_at: datetime | None = None, known_at: datetime | None = None
) -> dict[str, Any]:
    """The fields of an Owner, from a row with these columns.

    `made_at`: when the evidence was given to the enrollment. `known_at`: when it was surely there.
    """
    return {
        "enrollment_id": row.enrollment_id,
        "creator_id": row.creator_id,
        "creator": row.handle,
        "program_id": row.program_id,
        "active": _spans(row.active),
        "email_key": row.email_key,
        "customer_key": row.customer_key,
        "history": history_of(row.window_days, row.crediting),
        "stays": _stays(row, made_at, known_at) if row.moved else (),
    }


@lru_cache(maxsize=1024)
def policies(changes: str | None) -> tuple[PolicySince, ...]:
    """When a code is evidence; null is always."""
    return msgspec.json.decode(changes, type=tuple[PolicySince, ...]) if changes else ()


def _stays(row: Row[Any], made_at: datetime | None, known_at: datetime | None) -> tuple[Stay, ...]:
    moved = msgspec.json.decode(row.moved, type=_Moved)
    places = {place.id: place for place in moved.places}
    path = trace(row.enrollment_id, moved.moves, made_at=made_at, after=known_at)
    return tuple(_stay(since, places[here]) for since, here in path)


def _stay(since: datetime, place: _Place) -> Stay:
    history = history_of(place.window_days, place.crediting)
    return Stay(since, place.id, place.program_id, place.active, history)


def _spans(active: Multirange[Any] | None) -> tuple[Span, ...]:
    # Null is always: nearly everybody is, and reading a range takes longer than an order's arithmetic.
    return ((None, None),) if active is None else tuple((span.lower, span.upper) for span in active)
