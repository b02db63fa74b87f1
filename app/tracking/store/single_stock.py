"""Queries of codes that work once: how the pool is filled, and what is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import text

from app.db.arrays import plain, texts
from app.db.session import Fenced, ShopSession

_DISCOUNT = text("""
    select id, program_id, gid, terms_digest, form, cast(named as text) as named, refusal from single_discounts
    where shop_id = :shop and program_id = :program and retired_at is null
""")
_PUT = text("""
    insert into single_discounts (shop_id, program_id, gid, terms_digest, form, named, created_at)
    values (:shop, :program, :gid, :digest, :form, cast(:named as jsonb), :now)
    on conflict (shop_id, gid) do update set retired_at = null returning id
""")
_WRITTEN = text("""
    update single_discounts set terms_digest = :digest, named = cast(:named as jsonb), refusal = :refusal
    where shop_id = :shop and id = :id
""")
_RETIRE = text("update single_discounts set retired_at = :now where shop_id = :shop and id = :id")
_EMPTY = text("""
    select id, gid from single_discounts d where shop_id = :shop and retired_at is not null and not exists (
        select from single_codes s where s.shop_id = d.shop_id and s.discount_id = d.id and s.state <> 'gone')
""")
_UNLINK = text("update single_codes set discount_id = null where shop_id = :shop and discount_id = any(:ids)")
_DROP = text("delete from single_discounts where shop_id = :shop and id = any(:ids)")
_MAKE = text("""
    insert into single_codes (shop_id, program_id, folded, state, created_at)
    select :shop, :program, c, 'made', :now from unnest(cast(:codes as text[])) as c on conflict do nothing
""")
_WAY = text("""
    select id, folded, state, bulk_gid from single_codes
    where shop_id = :shop and program_id = :program and state = any(:states) order by id limit :most
""")
_ASKED = text(
    "update single_codes set state = 'asked', bulk_gid = :bulk where shop_id = :shop and id = any(:ids)"
)
_READY = text("""
    update single_codes s set state = 'ready', bulk_gid = null, discount_id = :discount, redeem_code_gid = k.gid
    from unnest(cast(:ids as bigint[]), cast(:gids as text[])) as k (id, gid)
    where s.shop_id = :shop and s.id = k.id and s.state in ('made', 'asked')
""")
_GONE = text("""
    update single_codes set state = 'gone', bulk_gid = null, visitor = null, sender = null
    where shop_id = :shop and id = any(:ids)
""")
_GONE_WITH = text("update single_codes set state = 'gone' where shop_id = :shop and discount_id = :discount")
_LATELY = text("""
    select count(*) from single_codes where shop_id = :shop and program_id = :program and handed_at > :since
""")
_SAMPLE = text("""
    select folded from single_codes where shop_id = :shop and discount_id = :discount and state in ('ready', 'handed')
    order by id limit 1
""")
# A code that was used stays in Shopify no longer than one that was not: it takes nothing off any more.
_OVER = text("""
    select s.id, s.folded, s.redeem_code_gid, d.gid
    from single_codes s join single_discounts d on d.shop_id = s.shop_id and d.id = s.discount_id
    where s.shop_id = :shop and (s.state = 'handed' and s.expires_at <= :now
        or s.state = 'ready' and (d.retired_at is not null or not (s.program_id = any(:open))))
    order by s.discount_id, s.id limit :most
""")
_FORGET = text("""
    update single_codes set visitor = null, sender = null
    where shop_id = :shop and handed_at < :before and (visitor is not null or sender is not null)
""")
_PROGRAMS = text("""
    select distinct program_id from offers
    where shop_id = :shop and content -> 'given' -> 'single_use' is not null
    union select program_id from single_codes where shop_id = :shop and state in ('made', 'asked', 'ready')
    order by 1
""")


class Discount(NamedTuple):
    """The discount in Shopify that carries a program's codes."""

    id: int
    program_id: int
    gid: str
    terms_digest: str
    form: str
    named: dict[str, list[str]]
    refusal: str | None


class Waiting(NamedTuple):
    """A code on its way into Shopify."""

    id: int
    code: str
    bulk_gid: str | None


class Over(NamedTuple):
    """A code that Shopify need not take any more."""

    id: int
    code: str
    redeem_code_gid: str | None
    discount_gid: str


def discount(session: ShopSession, program_id: int) -> Discount | None:
    """The one that carries the program's codes."""
    row = session.execute(_DISCOUNT, {"shop": session.shop_id, "program": program_id}).one_or_none()
    if row is None:
        return None
    named = msgspec.json.decode(row.named, type=dict[str, list[str]])
    return Discount(row.id, row.program_id, row.gid, row.terms_digest, row.form, named, row.refusal)


def put_discount(
    session: ShopSession, program_id: int, gid: str, *, digest: str, form: str, named: Mapping[str, Sequence[str]],
    now: datetime,
) -> int:  # fmt: skip
    """Note a discount that was made; its number here."""
    given = {"shop": session.shop_id, "program": program_id, "gid": gid, "digest": digest, "form": form}
    return int(session.execute(_PUT, {**given, "named": _json(named), "now": now}).scalar_one())


def note_written(
    session: ShopSession, held: Discount, *, digest: str, named: Mapping[str, Sequence[str]], refusal: str | None
) -> None:  # fmt: skip
    """Note which terms stand in the discount, or why Shopify refused the newest."""
    given = {"shop": session.shop_id, "id": held.id, "digest": digest, "named": _json(named)}
    session.execute(_WRITTEN, {**given, "refusal": refusal})


def retire(session: ShopSession, held: Discount, now: datetime) -> None:
    """It gets no more codes, and those that are nobody's are handed out no more."""
    session.execute(_RETIRE, {"shop": session.shop_id, "id": held.id, "now": now})


def lost(session: ShopSession, held: Discount, now: datetime) -> None:
    """It was deleted in Shopify, with all of its codes."""
    retire(session, held, now)
    session.execute(_GONE_WITH, {"shop": session.shop_id, "discount": held.id})


def empty(session: ShopSession) -> dict[int, str]:
    """Retired discounts without a code: number here to gid."""
    return {row.id: row.gid for row in session.execute(_EMPTY, {"shop": session.shop_id})}


def drop(session: ShopSession, ids: Sequence[int]) -> None:
    """Forget these discounts; their codes stay, for the orders that name them."""
    for statement in (_UNLINK, _DROP):
        session.execute(statement, {"shop": session.shop_id, "ids": list(ids)})


def make(session: ShopSession, program_id: int, codes: Sequence[str], now: datetime) -> None:
    """Write codes down that shall be asked for."""
    given = {"shop": session.shop_id, "program": program_id, "codes": texts(codes)}
    session.execute(_MAKE, {**given, "now": now})


def on_the_way(session: ShopSession, program_id: int, *states: str, most: int) -> list[Waiting]:
    """Codes in these states, oldest first."""
    given = {"shop": session.shop_id, "program": program_id, "states": list(states), "most": most}
    return [Waiting(row.id, row.folded, row.bulk_gid) for row in session.execute(_WAY, given)]


def mark_asked(session: ShopSession, codes: Sequence[Waiting], bulk_gid: str | None) -> None:
    """Say that Shopify is being asked for these, and by which asynchronous creation."""
    session.execute(_ASKED, {"shop": session.shop_id, "ids": [c.id for c in codes], "bulk": bulk_gid})


def mark_ready(session: ShopSession, discount_id: int, gids: Mapping[int, str | None]) -> None:
    """Put these into the pool: number of the code to its gid in Shopify, if that is known."""
    if gids:
        columns = {"ids": plain(gids), "gids": texts(gids.values())}
        session.execute(_READY, {**columns, "shop": session.shop_id, "discount": discount_id})


def mark_gone(session: ShopSession, ids: Sequence[int]) -> None:
    """Shopify has these no more, or never had."""
    if ids:
        session.execute(_GONE, {"shop": session.shop_id, "ids": list(ids)})


def handed_since(session: ShopSession, program_id: int, since: datetime) -> int:
    """How many codes of the program were handed out after that."""
    wanted = {"shop": session.shop_id, "program": program_id, "since": since}
    return int(session.execute(_LATELY, wanted).scalar_one())


def sample(session: ShopSession, discount_id: int) -> str | None:
    """A code that the discount should carry."""
    return session.execute(_SAMPLE, {"shop": session.shop_id, "discount": discount_id}).scalar_one_or_none()


def over(session: ShopSession, open_programs: Sequence[int], now: datetime, most: int) -> list[Over]:
    """Codes whose time is over, and those that nobody will ask for: their program hands out no more."""
    given = {"shop": session.shop_id, "open": list(open_programs), "now": now, "most": most}
    return [Over(r.id, r.folded, r.redeem_code_gid, r.gid) for r in session.execute(_OVER, given)]


def forget_visitors(session: Fenced, shop_id: int, before: datetime) -> None:
    """Take the digests of browsers and addresses out of what was handed out before then."""
    session.execute(_FORGET, {"shop": shop_id, "before": before})


def programs(session: ShopSession) -> list[int]:
    """Programs that hand out codes by some version of their offer, or hold some."""
    return list(session.execute(_PROGRAMS, {"shop": session.shop_id}).scalars())


def _json(named: Mapping[str, Sequence[str]]) -> str:
    return msgspec.json.encode(named).decode()
