"""What our discounts in Shopify gave when we last wrote them, and what they give now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from app.db.arrays import texts
from app.db.session import Fenced, ShopSession

WRITE_AGAIN = "to be written again"
"""In place of the digest of terms: equal to none, so that the job that issues codes writes them."""


@dataclass(frozen=True)
class Drift:
    """A discount that somebody changed in Shopify."""

    gid: str
    program: str
    """Handle."""
    name: str
    changes: tuple[tuple[str, str, str], ...]
    """(setting, as we left it, as Shopify has it)."""
    seen_at: datetime
    kept: bool
    """The merchant knows and wants it so."""


_NOTE = text("""
    update discount_nodes set seen = cast(:seen as jsonb), seen_at = :now,
        left_as = case when written then cast(:seen as jsonb) else left_as end,
        left_digest = case when written then terms_digest else left_digest end,
        kept = case when written then null else kept end
    from (select id as node_id, left_as is null
                 or (terms_digest <> coalesce(left_digest, '') and terms_digest not in ('', :again)) as written
          from discount_nodes where gid = :gid) n
    where id = n.node_id
""")
_UNSEEN = text("""
    select exists (select from discount_nodes where program_id = :program and terms_digest <> ''
                   and (left_as is null or terms_digest <> coalesce(left_digest, '')))
""")
_CHANGED = text("""
    select n.gid, p.handle, p.name, n.left_as, n.seen, n.seen_at, n.kept is not distinct from n.seen as kept
    from discount_nodes n join programs p on p.shop_id = n.shop_id and p.id = n.program_id
    where n.seen is distinct from n.left_as and n.terms_digest <> '' order by n.id
""")
_WRITE_AGAIN = text(
    "update discount_nodes set terms_digest = :again, kept = null where gid = :gid returning program_id"
)
_CARRIES = text("""
    select exists (select from codes c join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
                   join discount_nodes n on n.shop_id = e.shop_id and n.program_id = e.program_id
                   where n.gid = :gid and c.state = 'active' and not c.adopted and (n.code_id is null or n.code_id = c.id))
""")
_THERE = text("""
    select c.redeem_code_gid from codes c join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    join discount_nodes n on n.shop_id = e.shop_id and n.program_id = e.program_id
    where n.gid = :gid and c.state = 'active' and not c.adopted and c.redeem_code_gid is not null
      and (n.code_id = c.id or n.code_id is null and not exists (
          select from discount_nodes own where own.shop_id = c.shop_id and own.code_id = c.id))
""")
_REMOVED = text("""
    update codes set state = 'failed', failure = :why
    where shop_id = :shop and redeem_code_gid = any(cast(:gids as text[])) and state = 'active' and (valid_to is null or valid_to > :now)
    returning code
""")


def nodes(session: ShopSession) -> list[str]:
    """Discounts of the shop that are meant to work."""
    wanted = "select gid from discount_nodes where terms_digest <> '' order by id"
    return list(session.execute(text(wanted)).scalars())


def note(session: ShopSession, gid: str, seen: Mapping[str, str], now: datetime) -> None:
    """Keep what Shopify has. The first look after we wrote terms says how we left it."""
    values = {"gid": gid, "seen": msgspec.json.encode(seen).decode(), "now": now, "again": WRITE_AGAIN}
    session.execute(_NOTE, values)


def is_unseen(session: ShopSession, program_id: int) -> bool:
    """Whether a discount of the program was written and not looked at since."""
    return bool(session.execute(_UNSEEN, {"program": program_id}).scalar_one())


def changed(session: ShopSession) -> list[Drift]:
    """Discounts that give something else than when we left them, oldest first."""
    return [
        Drift(r.gid, r.handle, r.name, _changes(r.left_as or {}, r.seen or {}), r.seen_at, r.kept)
        for r in session.execute(_CHANGED)
    ]


def keep(session: ShopSession, gid: str) -> None:
    """What is there now is wanted."""
    session.execute(text("update discount_nodes set kept = seen where gid = :gid"), {"gid": gid})


def write_again(session: ShopSession, gid: str) -> int | None:
    """Let the terms be written anew by the next issue of codes; the program, if the discount is ours."""
    values = {"gid": gid, "again": WRITE_AGAIN}
    return session.execute(_WRITE_AGAIN, values).scalar_one_or_none()


def carries_codes(session: ShopSession, gid: str) -> bool:
    """Whether codes of ours should work by it."""
    return bool(session.execute(_CARRIES, {"gid": gid}).scalar_one())


def forget(session: ShopSession, gid: str) -> None:
    """A discount that is gone and carried nothing."""
    session.execute(text("delete from discount_nodes where gid = :gid"), {"gid": gid})


def is_ours(session: Fenced, shop_id: int, gid: str) -> bool:
    """Whether it carries codes of a program of the shop."""
    wanted = text("select exists (select from discount_nodes where shop_id = :shop and gid = :gid)")
    return bool(session.execute(wanted, {"shop": shop_id, "gid": gid}).scalar_one())


def codes_there(session: ShopSession, gid: str) -> list[str]:
    """The gids of our codes that work by the discount, as far as we know."""
    return list(session.execute(_THERE, {"gid": gid}).scalars())


def codes_removed(
    session: Fenced, shop_id: int, redeem_gids: Collection[str], why: str, now: datetime
) -> list[str]:
    """The codes that stopped working by it; one that we ended ourselves is not among them."""
    values = {"shop": shop_id, "gids": texts(redeem_gids), "why": why, "now": now}
    return list(session.execute(_REMOVED, values).scalars())


def _changes(left: Mapping[str, Any], seen: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, left.get(key, ""), seen[key]) for key in seen if left.get(key) != seen[key])
