"""The queue of commissions that wait for a human, and what humans said of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.session import ShopSession
from app.reports.model import Page


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """Which commissions a list shows; None is no restriction."""

    flag: str | None = None
    creator: str | None = None
    """Handle."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One creator's part in one order. Amounts: minor units of `currency`."""

    order_id: int
    creator_id: int
    order: str
    creator: str
    creator_name: str
    placed_at: datetime
    currency: str
    stake_minor: int
    """The commission that is held."""
    flags: tuple[str, ...]
    answer: str | None
    """What the creator said about it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict that stands."""

    order_id: int
    creator_id: int
    order: str
    creator: str
    creator_name: str
    ruling: str
    cleared: tuple[str, ...]
    reason: str
    actor: str
    decided_at: datetime
    currency: str
    stake_minor: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits altogether, whatever the filters."""

    orders: int
    stakes: Sequence[tuple[str, int]]
    """(currency, minor units)."""
    flags: Sequence[tuple[str, int]]
    """(flag, how many commissions), most first."""
    creators: Sequence[tuple[str, str]]
    """(handle, name)."""


# What was decided a moment ago is marked to be judged again and waits for nobody.
_OPEN = """
    from credits c
    join creators r on r.shop_id = c.shop_id and r.id = c.creator_id
    join orders o on o.shop_id = c.shop_id and o.id = c.order_id
    left join flag_answers a on a.shop_id = c.shop_id and a.order_id = c.order_id and a.creator_id = c.creator_id
    where c.shop_id = :shop and c.flagged and not c.denied
      and not exists (select from rejudge j where j.shop_id = c.shop_id and j.order_id = c.order_id)
"""

_WAITING = text(f"""
    select c.order_id, c.creator_id, o.name as "order", r.handle, r.name, c.placed_at, c.currency,
           c.commission_minor, c.flags::text as flags, a.answer, count(*) over () as total
    {_OPEN}
      and (cast(:flag as text) is null or jsonb_exists(c.flags, :flag))
      and (cast(:creator as text) is null or r.handle = :creator)
    order by c.placed_at desc, c.order_id desc, c.creator_id limit :most offset :skip
""")

_FLAGS = text(f"select f.flag, count(*) {_OPEN.replace('where', 'cross join lateral jsonb_array_elements_text(c.flags) f(flag) where', 1)} "
              "group by 1 order by 2 desc, 1")  # fmt: skip
_STAKES = text(
    f"select c.currency, cast(sum(c.commission_minor) as bigint), count(distinct c.order_id) {_OPEN} group by 1 order by 1"
)
_CREATORS = text(f"select distinct r.handle, r.name {_OPEN} order by r.name, r.handle")

_DECIDED = text("""
    select v.order_id, v.creator_id, o.name as "order", r.handle, r.name, v.ruling, v.cleared::text as cleared, v.reason,
           v.actor, v.decided_at, o.currency, coalesce(c.commission_minor, 0) as stake, count(*) over () as total
    from verdicts v
    join creators r on r.shop_id = v.shop_id and r.id = v.creator_id
    join orders o on o.shop_id = v.shop_id and o.id = v.order_id
    left join credits c on c.shop_id = v.shop_id and c.order_id = v.order_id and c.creator_id = v.creator_id
    where v.shop_id = :shop and v.ruling <> 'undone'
      and (cast(:flag as text) is null or jsonb_exists(v.cleared, :flag))
      and (cast(:creator as text) is null or r.handle = :creator)
    order by v.decided_at desc, v.order_id desc, v.creator_id limit :most offset :skip
""")

_flags = msgspec.json.Decoder(tuple[str, ...])


def waiting(session: ShopSession, filters: ReviewFilters, page: Page) -> tuple[list[Waiting], int]:
    """One page of what waits, newest first, and how many there are."""
    rows = session.execute(_WAITING, _given(session, filters, page)).all()
    found = [
        Waiting(r.order_id, r.creator_id, r.order, r.handle, r.name, r.placed_at, r.currency, r.commission_minor,
                _flags.decode(r.flags), r.answer)
        for r in rows
    ]  # fmt: skip
    return found, rows[0].total if rows else 0


def decided(session: ShopSession, filters: ReviewFilters, page: Page) -> tuple[list[Decided], int]:
    """One page of the verdicts that stand, newest first, and how many there are."""
    rows = session.execute(_DECIDED, _given(session, filters, page)).all()
    found = [
        Decided(r.order_id, r.creator_id, r.order, r.handle, r.name, r.ruling, _flags.decode(r.cleared), r.reason,
                r.actor, r.decided_at, r.currency, r.stake)
        for r in rows
    ]  # fmt: skip
    return found, rows[0].total if rows else 0


def queue(session: ShopSession) -> Queue:
    """What waits altogether."""
    shop = {"shop": session.shop_id}
    stakes = session.execute(_STAKES, shop).all()
    return Queue(
        orders=sum(orders for _, _, orders in stakes),
        stakes=[(currency, minor) for currency, minor, _ in stakes],
        flags=[(flag, number) for flag, number in session.execute(_FLAGS, shop)],
        creators=[(handle, name) for handle, name in session.execute(_CREATORS, shop)],
    )


def _given(session: ShopSession, filters: ReviewFilters, page: Page) -> dict[str, object]:
    return {
        "shop": session.shop_id,
        "flag": filters.flag,
        "creator": filters.creator,
        "most": page.size,
        "skip": (page.number - 1) * page.size,
    }
