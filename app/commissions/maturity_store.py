"""Credits at the end of their hold: found, locked, and marked, one statement for a whole chunk."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain
from app.db.session import BatchSession

Key = tuple[int, int]
"""(shop id, order id)."""


class Held(msgspec.Struct, frozen=True):
    """A credit whose hold is over and that has not been moved on."""

    shop_id: int
    order_id: int
    creator_id: int
    currency: str
    earned_minor: int
    paid_at: datetime | None
    matures_at: datetime
    event_id: int
    """Inbox row of the order's winning body."""

    @property
    def key(self) -> Key:
        """Which order it is of."""
        return (self.shop_id, self.order_id)


# The innermost limit follows the index: grouping all that is due would read it once for every chunk. Nobody waits
# here for an order that somebody else holds, so the sequence of the locks makes no circle.
_DUE = text("""
    select s.shop_id, due.order_id
    from unnest(cast(:shop_ids as bigint[])) as s(shop_id)
    cross join lateral (
        select c.order_id from credits c join orders o on o.shop_id = c.shop_id and o.id = c.order_id
        where c.shop_id = s.shop_id and c.matures_at <= :as_of and not c.matured and not c.flagged
        order by c.matures_at limit :most for update of o skip locked
    ) as due
    limit :most
""")

_WAITING = text("""
    select c.shop_id, c.order_id, c.creator_id, c.currency, c.earned_minor, c.paid_at, c.matures_at, o.event_id
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join credits c on c.shop_id = k.shop_id and c.order_id = k.order_id
    join orders o on o.shop_id = k.shop_id and o.id = k.order_id
    where c.matures_at <= :as_of and not c.matured and not c.flagged
    order by c.shop_id, c.order_id, c.creator_id
""")

_SET_MATURED = text("""
    update credits c set matured = true
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:creators as bigint[]))
        as k(shop_id, order_id, creator_id)
    where c.shop_id = k.shop_id and c.order_id = k.order_id and c.creator_id = k.creator_id
""")


def due(session: BatchSession, shop_ids: Sequence[int], as_of: datetime, most: int) -> list[Key]:
    """Orders with a credit whose hold is over by then and that does not count as such yet, the longest first.

    They are locked until commit. What somebody else holds at the moment is left for the next time, so that
    two workers take different ones.
    """
    rows = session.execute(_DUE, {"shop_ids": plain(shop_ids), "as_of": as_of, "most": most})
    return sorted({(r.shop_id, r.order_id) for r in rows})


def waiting(session: BatchSession, keys: Sequence[Key], as_of: datetime) -> list[Held]:
    """What of these orders is due now: whoever held the lock before may have changed it."""
    rows = session.execute(_WAITING, {**_columns(keys), "as_of": as_of})
    return [Held(*r) for r in rows]


def set_matured(session: BatchSession, credits: Sequence[tuple[int, int, int]]) -> None:  # noqa: A002 - the trade's word
    """Mark credits as (shop id, order id, creator id) whose movement was posted."""
    if credits:
        session.execute(_SET_MATURED, _columns(credits) | {"creators": plain(c[2] for c in credits)})


def _columns(keys: Sequence[tuple[int, ...]]) -> dict[str, object]:
    return {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}
