"""Creators as lists and one by one: who they are, what carries their evidence, what they are owed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.campaigns.crediting import CreditPolicy, PolicySince, policy_at
from app.creators.model import Move, trace
from app.db.session import ShopSession
from app.kernel.errors import NotFound
from app.reports.model import Page, Sort

SORTS = {"name": "lower(r.name)", "added": "r.created_at", "orders": "t.orders", "sales": "t.net", "commission": "t.commission"}  # fmt: skip
"""What the list can be sorted by, as SQL over its own aliases."""


class NoSuchCreator(NotFound):
    """Nobody of that handle is in this shop."""

    def __init__(self, handle: str) -> None:
        super().__init__(f"There is no {handle[:60]!r} among the creators of this shop.")
        self.handle = handle


@dataclass(frozen=True, slots=True)
class Listed:
    """One creator of the list, with totals of all time. Amounts: minor units of the shop's currency."""

    handle: str
    name: str
    email: str | None
    created_at: datetime
    status: str
    programs: list[str]
    codes: list[str]
    orders: Any
    net_minor: int
    commission_minor: int


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code and what became of it in Shopify."""

    code: str
    state: str
    failure: str | None
    program: str
    created_at: datetime
    active_at: datetime | None
    credit: CreditPolicy
    """When it is evidence, for orders placed now."""
    refused: bool
    """By Shopify: orders with it credit nobody."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A tracked address."""

    slug: str
    to_path: str
    channel: str
    clicks: int
    """Billable ones of the last 28 days."""


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """A creator's place in one program."""

    program: str
    program_name: str
    is_active: bool
    left_at: datetime | None = None
    """When the creator changed, or will change, to another program."""
    went_to: str | None = None
    """The other program's name."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What the books say of one creator in one currency, minor units."""

    currency: str
    pending_minor: int
    payable_minor: int
    in_transit_minor: int


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the page of one creator shows besides figures."""

    id: int
    handle: str
    name: str
    email: str | None
    profile: dict[str, Any]
    created_at: datetime
    archived_at: datetime | None
    is_customer: bool
    """Whether their own customer record in the shop is known."""
    enrollments: list[EnrollmentRow]
    codes: list[CodeRow]
    links: list[LinkRow]
    owed: list[Owed]


_LIST = """
    select r.handle, r.name, r.email, r.created_at, x.status, s.programs, c.codes,
           coalesce(t.orders, 0) as orders, coalesce(t.net, 0) as net, coalesce(t.commission, 0) as commission,
           count(*) over () as everybody
    from creators r
    left join lateral (
        select bool_or(e.active @> cast(:now as timestamptz)) as active,
               coalesce(array_agg(p.name order by p.name), '{}') as programs
        from enrollments e join programs p on p.shop_id = e.shop_id and p.id = e.program_id
        where e.shop_id = r.shop_id and e.creator_id = r.id
            and (r.moves = '[]' or e.active && tstzrange(:now, null)
                 or not r.moves @> jsonb_build_array(jsonb_build_object('source', e.id)))) s on true
    left join lateral (
        select coalesce(array_agg(k.code order by k.id), '{}') as codes
        from enrollments e join codes k on k.shop_id = e.shop_id and k.enrollment_id = e.id
        where e.shop_id = r.shop_id and e.creator_id = r.id) c on true
    left join lateral (
        select sum(d.orders) as orders, cast(sum(d.net_minor) as bigint) as net,
               cast(sum(d.commission_minor) as bigint) as commission
        from rollup_creator_day d
        where d.shop_id = r.shop_id and d.creator_id = r.id and d.currency = :currency) t on true
    cross join lateral (
        select case when r.archived_at is not null then 'archived' when s.active then 'active'
                    when s.active is false then 'paused' else 'none' end as status) x
    where r.shop_id = :shop
      and (cast(:status as text) is null or x.status = :status)
      and (cast(:like as text) is null or r.name ilike :like or r.handle ilike :like or r.email ilike :like
           or exists (select from unnest(c.codes) as code where code ilike :like))
"""

_PERSON = text("select id, handle, name, email, profile, created_at, archived_at, moves, customer_key is not null as is_customer from creators where shop_id = :shop and handle = :handle")  # fmt: skip
_NAMES = text("select handle, name from creators where shop_id = :shop and handle = any(:handles)")
_ENROLLMENTS = text("""
    select e.id, p.handle, p.name, e.active @> cast(:now as timestamptz)
    from enrollments e join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    where e.shop_id = :shop and e.creator_id = :id order by p.name
""")
_CODES = text("""
    select k.code, k.state, k.failure, e.id, k.created_at, k.active_at, k.policies, k.refused_at is not null
    from enrollments e
    join codes k on k.shop_id = e.shop_id and k.enrollment_id = e.id
    where e.shop_id = :shop and e.creator_id = :id order by k.id
""")
_LINKS = text("""
    select l.slug, l.to_path, l.channel,
           (select cast(coalesce(sum(d.clicks), 0) as bigint) from link_days d
            where d.shop_id = l.shop_id and d.link_id = l.id
              and d.day > cast(cast(:now as timestamptz) at time zone s.timezone as date) - 28) as clicks
    from enrollments e join links l on l.shop_id = e.shop_id and l.enrollment_id = e.id
    join shops s on s.id = l.shop_id
    where e.shop_id = :shop and e.creator_id = :id order by l.id
""")
_OWED = text("""
    select currency, coalesce(sum(credit_minor - debit_minor) filter (where account = 'pending'), 0),
           coalesce(sum(credit_minor - debit_minor) filter (where account = 'payable'), 0),
           coalesce(sum(credit_minor - debit_minor) filter (where account = 'in_transit'), 0)
    from balances where shop_id = :shop and creator_id = :id group by currency order by currency
""")


def listed(
    session: ShopSession,
    *,
    currency: str,
    search: str,
    status: str | None,
    sort: Sort,
    page: Page,
    now: datetime,
) -> tuple[list[Listed], int]:
    """Creators that match, and how many there are in all pages."""
    order = f"{SORTS[sort.key]} {'desc nulls last' if sort.descending else 'asc nulls first'}"
    query = text(f"{_LIST} order by {order}, r.handle limit :size offset :offset")
    sign = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
    facts = {
        "shop": session.shop_id,
        "currency": currency,
        "now": now,
        "status": status,
        "like": f"%{search.translate(sign)}%" if search else None,
        "size": page.size,
        "offset": page.offset,
    }
    rows = session.execute(query, facts).all()
    return [Listed(*row[:-1]) for row in rows], rows[0].everybody if rows else 0


def names(session: ShopSession, handles: Iterable[str | None]) -> dict[str, str]:
    """Names of these creators by handle."""
    wanted = sorted({handle for handle in handles if handle})
    rows = session.execute(_NAMES, {"shop": session.shop_id, "handles": wanted})
    return {row.handle: row.name for row in rows}


def person(session: ShopSession, handle: str, now: datetime) -> Person:
    """One creator with all that belongs to them. Raises NoSuchCreator."""
    row = session.execute(_PERSON, {"shop": session.shop_id, "handle": handle}).mappings().one_or_none()
    if row is None:
        raise NoSuchCreator(handle)
    key = {"shop": session.shop_id, "id": row["id"]}
    facts = dict(row)
    moves = msgspec.convert(facts.pop("moves"), tuple[Move, ...])
    places = session.execute(_ENROLLMENTS, {**key, "now": now}).all()
    names = {r.id: r.name for r in places}
    return Person(
        **facts,
        enrollments=[_place(r, moves, names) for r in places],
        codes=[_code(r, moves, names, now) for r in session.execute(_CODES, key)],
        links=[LinkRow(*r) for r in session.execute(_LINKS, {**key, "now": now})],
        owed=[Owed(r[0], int(r[1]), int(r[2]), int(r[3])) for r in session.execute(_OWED, key)],
    )


def _place(row: Row[Any], moves: tuple[Move, ...], names: Mapping[int, str]) -> EnrollmentRow:
    """A place of the creator's, and where they went from it."""
    number, handle, name, is_active = tuple(row)
    last = next((m for m in reversed(moves) if number in (m.source, m.target)), None)
    if last is None or last.source != number:
        return EnrollmentRow(handle, name, is_active)
    return EnrollmentRow(handle, name, is_active, last.at, names[last.target])


def _code(row: Row[Any], moves: tuple[Move, ...], names: Mapping[int, str], now: datetime) -> CodeRow:
    """A code, with the program by whose terms an order that is placed now earns."""
    code, state, failure, given, created_at, active_at, policies, refused = tuple(row)
    path = trace(given, moves, made_at=created_at)
    here = next((to for since, to in reversed(path) if since <= now), given)
    held = msgspec.convert(policies, tuple[PolicySince, ...])
    return CodeRow(code, state, failure, names[here], created_at, active_at, policy_at(held, now), refused)
