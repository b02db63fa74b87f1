"""Queries of codes that work once: who has one, who takes one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from app.db.arrays import plain, texts
from app.db.session import Fenced, ShopSession
from app.tracking.single_use import Pool, Visitor

_TURN = text("""
    select pg_advisory_xact_lock(k) from (
        select hashtextextended('single use ' || current_schema() || ' ' || cast(:shop as text) || ' ' || named, 0) as k
        from unnest(cast(:names as text[])) as named order by 1
    ) as keys
""")
_HURRY = text("select set_config('lock_timeout', '1s', true), set_config('statement_timeout', '1500', true)")
_WHOSE = text("""
    select l.enrollment_id, l.slug, e.program_id, p.handle as program, r.handle as creator,
           r.archived_at is null and e.active @> cast(:now as timestamptz) as earns,
           (select k.code from codes k
            where k.shop_id = l.shop_id and k.enrollment_id = l.enrollment_id and k.state = 'active'
              and (k.valid_from is null or k.valid_from <= :now) and (k.valid_to is null or k.valid_to > :now)
            order by k.id desc limit 1) as own_code
    from links l
    join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
    where l.shop_id = :shop and l.id = :link
""")
_HELD = text("""
    select id, folded, visitor = any(:prints) as theirs from single_codes
    where shop_id = :shop and state = 'handed' and order_id is null and expires_at > :now
      and enrollment_id = :enrollment and visitor = any(:prints)
    union all
    select id, folded, visitor = any(:prints) and state = 'handed' and order_id is null from single_codes
    where shop_id = :shop and click_id = :click
    order by theirs desc nulls last, id desc limit 1
""")
_SEEN_AGAIN = text("update single_codes set visitor = :visitor where shop_id = :shop and id = :id")
_BY_ADDRESS = text("""
    select count(*) from single_codes where shop_id = :shop and program_id = :program and sender = any(:senders)
""")
_TAKE = text("""
    update single_codes set state = 'handed', enrollment_id = :enrollment, link_id = :link, click_id = :click,
           visitor = :visitor, sender = :sender, handed_at = :now, expires_at = :until
    where shop_id = :shop and id = (
        select s.id from single_codes s join single_discounts d on d.shop_id = s.shop_id and d.id = s.discount_id
        where s.shop_id = :shop and s.program_id = :program and s.state = 'ready' and d.retired_at is null
        order by s.id limit 1 for update of s skip locked)
    returning folded
""")
_AGAIN = text("""
    insert into single_codes (shop_id, program_id, folded, state, created_at, enrollment_id, link_id, click_id,
                              handed_at, expires_at)
    select :shop, e.program_id, :code, 'handed', :now, l.enrollment_id, l.id, :click, :now, :until
    from links l join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    where l.shop_id = :shop and l.slug = :slug
    on conflict do nothing
""")
_LEFT = text("""
    select count(*) from (select from single_codes
                          where shop_id = :shop and program_id = :program and state = 'ready' limit :most) as ready
""")
_USED = text("""
    update single_codes s set order_id = k.order_id
    from unnest(cast(:shops as bigint[]), cast(:codes as text[]), cast(:orders as bigint[])) as k (shop_id, folded, order_id)
    where s.shop_id = k.shop_id and s.folded = k.folded and s.order_id is null
""")
_POOL = text("""
    select count(*) filter (where state = 'ready') as left, count(*) filter (where state in ('made', 'asked')) as way,
           count(*) filter (where handed_at is not null) as handed, count(*) filter (where order_id is not null) as used,
           count(*) filter (where state = 'gone' and handed_at is not null and order_id is null) as expired,
           (select d.refusal from single_discounts d
            where d.shop_id = :shop and d.program_id = :program and d.retired_at is null) as refusal
    from single_codes where shop_id = :shop and program_id = :program
""")


class Whose(NamedTuple):
    """Who would be credited for what is handed out by a link."""

    enrollment_id: int
    slug: str
    program_id: int
    program: str
    creator: str
    earns: bool
    own_code: str | None
    """The creator's newest code that works."""


class Held(NamedTuple):
    """A code that was handed out before."""

    id: int
    code: str
    theirs: bool
    """To this very visitor; False: to somebody else who came with the same click."""


def hurry(session: ShopSession) -> None:
    """Until commit nothing waits longer than a shopper would."""
    session.execute(_HURRY)


def take_turns(session: ShopSession, program_id: int, visitor: Visitor) -> None:
    """Until commit nobody else hands a code to this browser or this click: two tabs get one code."""
    names = [f"{program_id} {visitor.prints[0]}", f"{program_id} click {visitor.click_id}"]
    session.execute(_TURN, {"shop": session.shop_id, "names": texts(names)})


def whose(session: ShopSession, link_id: int, now: datetime) -> Whose | None:
    """Whose link it is; None when there is none."""
    row = session.execute(_WHOSE, {"shop": session.shop_id, "link": link_id, "now": now}).one_or_none()
    return Whose(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's own name for it


def held(session: ShopSession, enrollment_id: int, visitor: Visitor, now: datetime) -> Held | None:
    """The code that this visitor has, or that this click was given."""
    row = session.execute(
        _HELD,
        {
            "shop": session.shop_id,
            "enrollment": enrollment_id,
            "prints": list(visitor.prints),
            "click": visitor.click_id,
            "now": now,
        },
    ).one_or_none()
    return Held(row.id, row.folded, bool(row.theirs)) if row else None


def seen_again(session: ShopSession, code_id: int, visitor: Visitor) -> None:
    """Know the browser tomorrow by today's key, too."""
    session.execute(_SEEN_AGAIN, {"shop": session.shop_id, "id": code_id, "visitor": visitor.prints[0]})


def of_address(session: ShopSession, program_id: int, visitor: Visitor) -> int:
    """How many codes of the program went to that address today and yesterday."""
    wanted = {"shop": session.shop_id, "program": program_id, "senders": list(visitor.senders)}
    return int(session.execute(_BY_ADDRESS, wanted).scalar_one())


def take(session: ShopSession, link: Whose, visitor: Visitor, now: datetime, until: datetime) -> str | None:
    """Take one code out of the pool, which nobody else gets ever; None when none is left."""
    row = session.execute(
        _TAKE,
        {
            "shop": session.shop_id,
            "program": link.program_id,
            "enrollment": link.enrollment_id,
            "link": visitor.link_id,
            "click": visitor.click_id,
            "visitor": visitor.prints[0],
            "sender": visitor.senders[0],
            "now": now,
            "until": until,
        },
    ).one_or_none()
    return str(row.folded) if row else None


def hand_out_again(
    session: ShopSession, code: str, *, slug: str, click_id: int, now: datetime, until: datetime
) -> None:
    """The same as it was decided once, in books without a pool."""
    given = {"shop": session.shop_id, "code": code, "slug": slug, "click": click_id, "now": now}
    session.execute(_AGAIN, {**given, "until": until})


def left(session: ShopSession, program_id: int, most: int) -> int:
    """How many codes are ready, counted up to `most`."""
    wanted = {"shop": session.shop_id, "program": program_id, "most": most}
    return int(session.execute(_LEFT, wanted).scalar_one())


def mark_used(session: Fenced, used: Sequence[tuple[int, str, int]]) -> None:
    """Note by which order each was used: (shop id, folded code, order id)."""
    if used:
        columns = {"shops": plain(u[0] for u in used), "codes": texts(u[1] for u in used)}
        session.execute(_USED, {**columns, "orders": plain(u[2] for u in used)})


def pool(session: ShopSession, program_id: int) -> Pool:
    """How many codes of the program are where."""
    row = session.execute(_POOL, {"shop": session.shop_id, "program": program_id}).one()
    return Pool(row.left, row.way, row.handed, row.used, row.expired, row.refusal)
