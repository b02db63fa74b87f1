"""Clicks that could not be recorded: how many and when, so that the merchant is told."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain, times
from app.db.session import BatchSession, Fenced
from app.tracking.spool.record import Lost

_KEEP = text("""
    insert into click_losses (shop_id, id, at, until, visits)
    select l.* from unnest(cast(:shops as bigint[]), cast(:ids as bigint[]), cast(:times as timestamptz[]),
                           cast(:ends as timestamptz[]), cast(:visits as bigint[])) as l(shop_id, id, at, until, visits)
    join shops s on s.id = l.shop_id and s.status <> 'redacted'
    on conflict do nothing
""")

_SINCE = text("""
    select coalesce(sum(visits), 0) as visits, max(until) as until from click_losses where until >= :since
""")


class Losses(msgspec.Struct, frozen=True):
    """What was not recorded in a span of time."""

    visits: int
    until: datetime | None
    """When the last was lost; None: none was."""


def keep_losses(session: BatchSession, losses: Sequence[Lost]) -> None:
    """Store them; one that is there already is left as it is."""
    columns = {
        "shops": plain(lost.shop_id for lost in losses),
        "ids": plain(lost.id for lost in losses),
        "times": times(lost.at for lost in losses),
        "ends": times(lost.until for lost in losses),
        "visits": plain(lost.visits for lost in losses),
    }
    session.execute(_KEEP, columns)


def losses_since(session: Fenced, since: datetime) -> Losses:
    """Of the session's shop."""
    row = session.execute(_SINCE, {"since": since}).one()
    return Losses(row.visits, row.until)
