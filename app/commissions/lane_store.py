"""Every query over lanes: what earlier orders of a creator, or of a program, add up to."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import text

from app.commissions.history import Amounts, Lane, Past, Total, program_lane
from app.db.arrays import plain, texts, times
from app.db.session import Fenced, ShopSession

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
Key = tuple[int, int]
Span = tuple[datetime, datetime]
"""Rows placed from the first instant to the second, both included, are read one by one; those before, as a sum."""

_LANES = """
    from unnest(cast(:shop_ids as bigint[]), cast(:programs as bigint[]), cast(:creators as bigint[]),
                cast(:starts as timestamptz[]), cast(:ends as timestamptz[]), cast(:orders as bigint[]))
        as l(shop_id, program_id, creator_id, start_at, end_at, order_id)
    join credits c on c.shop_id = l.shop_id and c.program_id = l.program_id"""
_OWN = " and c.creator_id = l.creator_id"

_TOTALS = """
    select l.shop_id, l.program_id, l.creator_id, c.currency, count(*) filter (where c.weight > 0) as orders,
           coalesce(sum(c.gross_minor) filter (where c.weight > 0), 0)::bigint as net_minor,
           sum(c.placed_commission_minor)::bigint as commission_minor
    {lanes}
    where c.placed_at < l.start_at
    group by 1, 2, 3, 4
"""

_PAST = """
    select l.shop_id, l.program_id, l.creator_id, c.placed_at, c.order_id, c.currency, c.weight > 0 as is_sale,
           c.gross_minor, c.placed_commission_minor
    {lanes}
    where c.placed_at between l.start_at and l.end_at
"""

_MARK = """
    insert into rejudge (shop_id, order_id)
    select distinct c.shop_id, c.order_id
    {lanes}
    where (c.placed_at, c.order_id) > (l.start_at, l.order_id)
      and not exists (select from rejudge r where r.shop_id = c.shop_id and r.order_id = c.order_id)
      and (c.shop_id, c.order_id) not in (
          select * from unnest(cast(:batch_shops as bigint[]), cast(:batch_orders as bigint[])))
"""

_OPENING_TOTALS = text("""
    select c.creator_id, c.currency, count(*) filter (where c.weight > 0) as orders,
           coalesce(sum(c.gross_minor) filter (where c.weight > 0), 0)::bigint as net_minor,
           sum(c.placed_commission_minor)::bigint as commission_minor
    from credits c where c.shop_id = :shop and c.program_id = :program and c.placed_at < :month
    group by 1, 2
""")

_OPENING_PAST = text("""
    select c.creator_id, c.placed_at, c.order_id, c.currency, c.weight > 0 as is_sale, c.gross_minor,
           c.placed_commission_minor
    from credits c
    where c.shop_id = :shop and c.program_id = :program and c.placed_at >= :month and c.placed_at < :at
""")

_TURNS = text("""
    select pg_advisory_xact_lock(turn) from (
        select distinct hashtextextended(current_schema() || name, 11) as turn from unnest(cast(:names as text[])) as name order by 1
    ) as turns
""")


def take_turns(session: Fenced, names: Collection[str]) -> None:
    """Make batches that count in one lane take turns, until commit; locked in one order, so none waits in a circle.

    There is no row that every counter has: without this, two workers could each miss what the other writes.
    """
    if names:
        session.execute(_TURNS, {"names": texts(sorted(names))})


def read(
    session: Fenced, spans: Mapping[Lane, Span], batch: Collection[Key]
) -> tuple[list[Total], list[Past]]:
    """What the lanes hold: sums before each span, and the rows within it that are not of this batch."""
    totals: list[Total] = []
    past: list[Past] = []
    for lanes, columns in _by_kind({lane: (*span, 0) for lane, span in spans.items()}):
        for r in session.execute(text(_TOTALS.format(lanes=lanes)), columns):
            lane = Lane(r.shop_id, r.program_id, r.creator_id)
            totals.append(Total(lane, r.currency, r.orders, r.net_minor, r.commission_minor))
        for r in session.execute(text(_PAST.format(lanes=lanes)), columns):
            if (r.shop_id, r.order_id) not in batch:
                lane = Lane(r.shop_id, r.program_id, r.creator_id)
                counted = Amounts(r.currency, r.is_sale, r.gross_minor, r.placed_commission_minor)
                past.append(Past(lane, r.placed_at, r.order_id, counted))
    return totals, past


def mark_later(session: Fenced, changed: Mapping[Lane, tuple[datetime, int]], batch: Collection[Key]) -> None:
    """Have the orders of each lane that were placed after that moment judged again, but for those of this batch."""
    own = {"batch_shops": plain(k[0] for k in batch), "batch_orders": plain(k[1] for k in batch)}
    for lanes, columns in _by_kind({lane: (at, at, order_id) for lane, (at, order_id) in changed.items()}):
        session.execute(text(_MARK.format(lanes=lanes)), {**columns, **own})


def mark_all(session: Fenced, lanes: Collection[Lane]) -> None:
    """Have every order of these lanes judged again."""
    mark_later(session, dict.fromkeys(lanes, (EARLIEST, 0)), set())


def opening(
    session: ShopSession, program_id: int, month_start: datetime, at: datetime
) -> tuple[list[Total], list[Past]]:
    """What every lane of the program stood at then: sums up to the month, and the month's rows one by one."""
    whole = {"shop": session.shop_id, "program": program_id, "month": month_start, "at": at}
    totals: list[Total] = []
    for r in session.execute(_OPENING_TOTALS, whole):
        own = Lane(session.shop_id, program_id, r.creator_id)
        totals += [
            Total(lane, r.currency, r.orders, r.net_minor, r.commission_minor)
            for lane in (own, program_lane(own))
        ]
    past: list[Past] = []
    for r in session.execute(_OPENING_PAST, whole):
        own = Lane(session.shop_id, program_id, r.creator_id)
        counted = Amounts(r.currency, r.is_sale, r.gross_minor, r.placed_commission_minor)
        past += [Past(lane, r.placed_at, r.order_id, counted) for lane in (own, program_lane(own))]
    return totals, past


def _by_kind(lanes: Mapping[Lane, tuple[datetime, datetime, int]]) -> Iterator[tuple[str, dict[str, str]]]:
    """(the lanes as SQL, their columns) of the creators' lanes, then of the programs'; a kind without any is left out."""
    for is_own in (True, False):
        chosen = [(lane, span) for lane, span in sorted(lanes.items()) if bool(lane.creator_id) is is_own]
        if chosen:
            yield (
                _LANES + (_OWN if is_own else ""),
                {
                    "shop_ids": plain(lane.shop_id for lane, _ in chosen),
                    "programs": plain(lane.program_id for lane, _ in chosen),
                    "creators": plain(lane.creator_id for lane, _ in chosen),
                    "starts": times(start for _, (start, _, _) in chosen),
                    "ends": times(end for _, (_, end, _) in chosen),
                    "orders": plain(order_id for _, (_, _, order_id) in chosen),
                },
            )
