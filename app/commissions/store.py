"""Every query over credits."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import text

from app.commissions.history import Amounts
from app.commissions.model import Earning, LineEarning, Ruling, Verdict
from app.db.arrays import plain, texts, times
from app.db.session import BatchSession, ShopSession

Key = tuple[int, int]


class PricedCredit(msgspec.Struct, frozen=True):
    """One creator's earning of one order, with where and when it counts."""

    shop_id: int
    order_id: int
    placed_at: datetime
    placed_on: date
    currency: str
    matured: bool
    earning: Earning


_UPSERT = text("""
    insert into credits (shop_id, order_id, creator_id, enrollment_id, program_id, offer_id, weight, placed_at,
                         placed_on, currency, gmv_minor, net_minor, gross_minor, commission_minor, earned_minor,
                         placed_commission_minor, paid_at, matures_at, matured, flagged, denied, flags, lines)
    select * from unnest(
        cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:creators as bigint[]),
        cast(:enrollments as bigint[]), cast(:programs as bigint[]), cast(:offers as bigint[]),
        cast(:weights as numeric[]), cast(:placed as timestamptz[]), cast(:days as date[]),
        cast(:currencies as text[]), cast(:gmv as bigint[]), cast(:net as bigint[]), cast(:gross as bigint[]),
        cast(:commission as bigint[]), cast(:earned as bigint[]), cast(:placed_commission as bigint[]),
        cast(:paid as timestamptz[]),
        cast(:matures as timestamptz[]), cast(:matured as boolean[]), cast(:flagged as boolean[]),
        cast(:denied as boolean[]), cast(:flags as jsonb[]), cast(:lines as jsonb[]))
    on conflict (shop_id, order_id, creator_id) do update set
        enrollment_id = excluded.enrollment_id, program_id = excluded.program_id, offer_id = excluded.offer_id,
        weight = excluded.weight, placed_at = excluded.placed_at, placed_on = excluded.placed_on,
        currency = excluded.currency, gmv_minor = excluded.gmv_minor, net_minor = excluded.net_minor,
        gross_minor = excluded.gross_minor, commission_minor = excluded.commission_minor,
        earned_minor = excluded.earned_minor, placed_commission_minor = excluded.placed_commission_minor, paid_at = excluded.paid_at, matures_at = excluded.matures_at,
        matured = excluded.matured, flagged = excluded.flagged, denied = excluded.denied, flags = excluded.flags,
        lines = excluded.lines
""")

_VERDICTS = text("""
    select v.shop_id, v.order_id, v.creator_id, v.ruling, v.cleared::text as cleared, v.reason, v.actor, v.decided_at
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join verdicts v on v.shop_id = k.shop_id and v.order_id = k.order_id
""")

_DROP = text("""
    delete from credits c
    using unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:creators as bigint[]))
        as k(shop_id, order_id, creator_id)
    where c.shop_id = k.shop_id and c.order_id = k.order_id and c.creator_id = k.creator_id
    returning c.shop_id, c.creator_id, c.placed_on
""")

_HOLDERS = text("""
    select c.shop_id, c.order_id, c.creator_id, c.program_id, c.currency, c.weight > 0 as is_sale, c.gross_minor,
           c.placed_commission_minor
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join credits c on c.shop_id = k.shop_id and c.order_id = k.order_id
""")

_OF_ORDER = text("""
    select c.creator_id, c.enrollment_id, c.program_id, c.offer_id, o.version, c.weight, c.gmv_minor, c.gross_minor, c.net_minor,
           c.commission_minor, c.earned_minor, c.paid_at, c.matures_at, c.flags::text as flags, c.denied,
           c.lines::text as lines, c.placed_commission_minor, k.handle
    from credits c
    join creators k on k.shop_id = c.shop_id and k.id = c.creator_id
    left join offers o on o.shop_id = c.shop_id and o.id = c.offer_id
    where c.shop_id = :shop and c.order_id = :order_id
    order by c.weight desc, k.handle
""")

_flags = msgspec.json.Decoder(tuple[str, ...])
_lines = msgspec.json.Decoder(tuple[LineEarning, ...])


def keep(session: BatchSession, credits: Sequence[PricedCredit]) -> None:  # noqa: A002 - the trade's word
    """Store what each creator should earn, re-derived."""
    if not credits:
        return
    earnings = [c.earning for c in credits]
    session.execute(
        _UPSERT,
        {
            "shop_ids": plain(c.shop_id for c in credits),
            "orders": plain(c.order_id for c in credits),
            "placed": times(c.placed_at for c in credits),
            "days": times(c.placed_on for c in credits),
            "currencies": texts(c.currency for c in credits),
            "matured": plain(c.matured for c in credits),
            "creators": plain(e.creator_id for e in earnings),
            "enrollments": plain(e.enrollment_id for e in earnings),
            "programs": plain(e.program_id for e in earnings),
            "offers": plain(e.offer_id for e in earnings),
            "weights": plain(e.weight for e in earnings),
            "gmv": plain(e.gmv_minor for e in earnings),
            "net": plain(e.net_minor for e in earnings),
            "gross": plain(e.gross_minor for e in earnings),
            "commission": plain(e.commission_minor for e in earnings),
            "paid": times(e.paid_at for e in earnings),
            "matures": times(e.matures_at for e in earnings),
            "earned": plain(e.earned_minor for e in earnings),
            "placed_commission": plain(e.placed_commission_minor for e in earnings),
            "flagged": plain(e.flagged for e in earnings),
            "denied": plain(e.denied for e in earnings),
            "flags": texts(msgspec.json.encode(e.flags).decode() for e in earnings),
            "lines": texts(msgspec.json.encode(e.lines).decode() for e in earnings),
        },
    )


def verdicts(session: BatchSession | ShopSession, keys: Sequence[Key]) -> dict[Key, dict[int, Verdict]]:
    """What a human said about each order, by creator id; orders that nobody judged are left out."""
    found: dict[Key, dict[int, Verdict]] = {}
    if keys:
        columns = {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}
        for r in session.execute(_VERDICTS, columns):
            word = Verdict(Ruling(r.ruling), _flags.decode(r.cleared), r.reason, r.actor, r.decided_at)
            found.setdefault((r.shop_id, r.order_id), {})[r.creator_id] = word
    return found


def holders(session: BatchSession, keys: Sequence[Key]) -> dict[Key, dict[int, tuple[int, Amounts]]]:
    """Which creators hold a credit of each order, with its program and what counters count of it."""
    found: dict[Key, dict[int, tuple[int, Amounts]]] = {}
    if keys:
        for row in session.execute(
            _HOLDERS, {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}
        ):
            counted = Amounts(row.currency, row.is_sale, row.gross_minor, row.placed_commission_minor)
            found.setdefault((row.shop_id, row.order_id), {})[row.creator_id] = (row.program_id, counted)
    return found


def drop(session: BatchSession, stale: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, date]]:
    """Remove credits as (shop id, order id, creator id) that are nobody's any more; returns their report cells."""
    if not stale:
        return []
    rows = session.execute(
        _DROP,
        {
            "shop_ids": plain(s[0] for s in stale),
            "orders": plain(s[1] for s in stale),
            "creators": plain(s[2] for s in stale),
        },
    )
    return [(r.shop_id, r.creator_id, r.placed_on) for r in rows]


def of_order(session: ShopSession, order_id: int) -> list[tuple[str, Earning]]:
    """(creator's handle, earning) of one order, largest weight first."""
    rows = session.execute(_OF_ORDER, {"shop": session.shop_id, "order_id": order_id})
    return [
        (
            r.handle,
            Earning(r.creator_id, r.enrollment_id, r.program_id, r.offer_id, r.version, Decimal(r.weight), r.gmv_minor,
                    r.gross_minor, r.net_minor, r.commission_minor, r.earned_minor, r.paid_at,
                    r.matures_at, _flags.decode(r.flags), r.denied, _lines.decode(r.lines),
                    r.placed_commission_minor),
        )
        for r in rows
    ]  # fmt: skip


def count_since(session: ShopSession, creator_id: int, program_id: int, at: datetime) -> int:
    """How many orders placed from then on are credited to the creator in the program."""
    found = session.execute(
        text(
            "select count(*) from credits where shop_id = :shop and creator_id = :creator "
            "and program_id = :program and placed_at >= :at"
        ),
        {"shop": session.shop_id, "creator": creator_id, "program": program_id, "at": at},
    )
    return int(found.scalar_one())


def handles(session: ShopSession) -> dict[int, str]:
    """Every creator's handle, by id."""
    rows = session.execute(
        text("select id, handle from creators where shop_id = :shop"), {"shop": session.shop_id}
    )
    return {r.id: r.handle for r in rows}


def commissions(session: BatchSession, keys: Sequence[Key]) -> dict[Key, dict[int, int]]:
    """Stored commission in minor units by creator id, of each order that has a credit."""
    rows = session.execute(
        text(
            "select c.shop_id, c.order_id, c.creator_id, c.commission_minor "
            "from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id) "
            "join credits c on c.shop_id = k.shop_id and c.order_id = k.order_id"
        ),
        {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)},
    )
    found: dict[Key, dict[int, int]] = {}
    for r in rows:
        found.setdefault((r.shop_id, r.order_id), {})[r.creator_id] = r.commission_minor
    return found
