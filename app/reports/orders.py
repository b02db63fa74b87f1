"""Orders that creators brought in, as lists, and what the books and the inbox say of one of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import text

from app.db.session import ShopSession
from app.kernel.period import Period


class State(StrEnum):
    """Status of an order as the list filters by it; spelling of semantics.md 6. Worst first."""

    FLAGGED = "flagged"
    REVERSED = "reversed"
    AWAITING_PAYMENT = "awaiting_payment"
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    UNQUALIFIED = "unqualified"


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Which orders a list shows; None is no restriction."""

    period: Period | None = None
    creator: str | None = None
    program: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of the list. Amounts: minor units of `currency`, sums of its credits."""

    id: int
    name: str
    placed_at: datetime
    currency: str
    reason_code: str | None
    status: str
    creators: list[tuple[str, str]]
    """(handle, name), largest part first; empty when nobody was credited."""
    net_minor: int
    commission_minor: int


STATUS = """case
            when c.denied then 'denied'
            when jsonb_array_length(c.lines) > 0
                 and not jsonb_path_exists(c.lines, '$[*] ? (@.remaining <> 0)') then 'reversed'
            when c.paid_at is not null and c.commission_minor <> 0 and c.earned_minor = 0 then 'reversed'
            when (c.paid_at is null and c.earned_minor <= 0) or c.paid_at > :now then 'awaiting_payment'
            when c.flagged then 'flagged'
            when c.matures_at <= :now then 'approved'
            else 'pending' end"""
"""Of a credit `c` at `:now`, spelled as in State."""

# A credit's status is that of commissions.status, said in SQL; a test compares the two.
# The row id is Shopify's and grows with time, so the primary key is the order of the list.
_LIST = text(f"""
    select v.order_id, o.name, o.placed_at, o.currency, v.reason_code, coalesce(k.status, 'unqualified') as status,
           coalesce(k.handles, '{{}}') as handles, coalesce(k.names, '{{}}') as names,
           coalesce(k.net, 0) as net, coalesce(k.commission, 0) as commission
    from conversions v
    join orders o on o.shop_id = v.shop_id and o.id = v.order_id
    left join lateral (
        select array_agg(r.handle order by c.weight desc, r.handle) as handles,
               array_agg(r.name order by c.weight desc, r.handle) as names,
               bool_or(cast(:creator as text) is null or r.handle = :creator) as by_creator,
               bool_or(cast(:program as text) is null or p.handle = :program) as by_program,
               cast(sum(c.net_minor) as bigint) as net, cast(sum(c.commission_minor) as bigint) as commission,
               (array_agg(s.status order by array_position(cast(:worst_first as text[]), s.status)))[1] as status
        from credits c
        join creators r on r.shop_id = c.shop_id and r.id = c.creator_id
        join programs p on p.shop_id = c.shop_id and p.id = c.program_id
        cross join lateral (select {STATUS} as status) s
        where c.shop_id = v.shop_id and c.order_id = v.order_id
    ) k on true
    where v.shop_id = :shop
      and (cast(:before as bigint) is null or v.order_id < :before)
      and (cast(:start_on as date) is null or o.placed_on between :start_on and :end_on)
      and ((k.status is not null and k.by_creator and k.by_program and coalesce(:state, k.status) = k.status)
           or (:state = 'unqualified' and k.status is null and v.reason_code <> 'no_evidence'
               and cast(:creator as text) is null and cast(:program as text) is null))
    order by v.order_id desc limit :most
""")  # noqa: S608 - a constant of this file


def listed(
    session: ShopSession, filters: OrderFilters, *, now: datetime, before: int | None = None, most: int = 25
) -> tuple[list[OrderRow], int | None]:
    """Orders, newest first, and the id to continue below when there are more."""
    span: tuple[date | None, date | None] = (
        (filters.period.start_on, filters.period.end_on) if filters.period else (None, None)
    )
    rows = session.execute(
        _LIST,
        {
            "shop": session.shop_id,
            "creator": filters.creator,
            "program": filters.program,
            "state": filters.state,
            "start_on": span[0],
            "end_on": span[1],
            "before": before,
            "now": now,
            "most": most + 1,
            "worst_first": list(State),
        },
    ).all()
    found = [_row(r) for r in rows]
    return found[:most], found[most - 1].id if len(found) > most else None


def _row(row: Any) -> OrderRow:
    return OrderRow(
        id=row.order_id,
        name=row.name,
        placed_at=row.placed_at,
        currency=row.currency,
        reason_code=row.reason_code,
        status=row.status,
        creators=list(zip(row.handles, row.names, strict=True)),
        net_minor=row.net,
        commission_minor=row.commission,
    )


class People(NamedTuple):
    """Whom the page of an order names and offers."""

    names: dict[str, str]
    """By handle."""
    assignable: list[tuple[str, str]]
    """(handle@program, name) of everybody an order can be credited to; the program stands where there are several."""


_PEOPLE = text("""
    select r.handle, r.name, p.handle as program, p.name as program_name,
           count(*) over (partition by r.id) as programs, r.archived_at is null and p.id is not null as assignable
    from creators r
    left join enrollments e on e.shop_id = r.shop_id and e.creator_id = r.id
    left join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    where r.shop_id = :shop and (r.archived_at is null or r.handle = any(:handles))
    order by lower(r.name), r.handle, p.handle
""")


def people(session: ShopSession, handles: Collection[str]) -> People:
    """Everybody who can be credited, and the names of these besides, also of those who are archived."""
    rows = session.execute(_PEOPLE, {"shop": session.shop_id, "handles": sorted(handles)}).all()
    return People(
        {r.handle: r.name for r in rows},
        [
            (f"{r.handle}@{r.program}", f"{r.name} ({r.program_name})" if r.programs > 1 else r.name)
            for r in rows
            if r.assignable
        ],
    )
