"""Every query of the merchant's staff."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, ShopSession
from app.shops.staff import EVERYBODY, Member, Role
from app.shops.tables import Staff


def members(session: ShopSession) -> dict[str, Member]:
    """Everybody who was ever seen, by number, and `*` where the shop said what everybody else may do."""
    return {row.user_id: _member(row) for row in session.scalars(select(Staff).order_by(Staff.seen_at))}


def meet(session: ShopSession, user_id: str, now: datetime) -> None:
    """Note that they opened the app; nothing where they did before."""
    row = insert(Staff).values(shop_id=session.shop_id, user_id=user_id, role=None, name="", seen_at=now)
    session.execute(row.on_conflict_do_nothing())


def first_owner(session: Fenced, shop_id: int, user_id: str, now: datetime) -> None:
    """Whoever installed the app is an owner, unless the shop has one already."""
    facts = {"shop": shop_id, "user": user_id, "now": now}
    session.execute(_FIRST_OWNER, facts)


def put(session: ShopSession, user_id: str, role: Role | None, name: str) -> None:
    """Give them this role and name."""
    row = insert(Staff).values(shop_id=session.shop_id, user_id=user_id, role=role, name=name, seen_at=None)
    changed = {"role": role, "name": name}
    session.execute(row.on_conflict_do_update(index_elements=["shop_id", "user_id"], set_=changed))


def lock(session: ShopSession) -> None:
    """Nobody else changes roles of this shop until the transaction ends: two owners cannot demote each other."""
    session.execute(select(Staff.user_id).where(Staff.user_id != EVERYBODY).with_for_update())


def forget_shop(session: Fenced, shop_id: int) -> None:
    """All of them."""
    session.execute(text("delete from staff where shop_id = :shop"), {"shop": shop_id})


_FIRST_OWNER = text("""
    insert into staff (shop_id, user_id, role, name, seen_at) select :shop, :user, 'owner', '', :now
    where not exists (select from staff where shop_id = :shop and role = 'owner' and user_id <> '*')
    on conflict (shop_id, user_id) do update set role = 'owner'
""")


def _member(row: Staff) -> Member:
    return Member(row.user_id, Role(row.role) if row.role else None, row.name, row.seen_at)
