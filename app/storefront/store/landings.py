"""Landing pages: what the merchant wrote, and what a shopper is shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.db.session import ShopSession
from app.kernel.ids import CreatorId
from app.storefront.model import Greeting, Landing, Shown
from app.storefront.tables import LandingPage

_SHOWN = text("""
    select r.handle, r.name, l.picture, l.words, l.products, c.code, k.slug
    from creators r
    join landing_pages l on l.shop_id = r.shop_id and l.creator_id = r.id and l.is_live
    left join lateral (
        select k.code from enrollments e join codes k on k.shop_id = e.shop_id and k.enrollment_id = e.id
        where e.shop_id = r.shop_id and e.creator_id = r.id and k.state = 'active'
          and (k.valid_from is null or k.valid_from <= cast(:now as timestamptz))
          and (k.valid_to is null or k.valid_to > cast(:now as timestamptz))
        order by k.id desc limit 1) c on true
    left join lateral (
        select k.slug from enrollments e join links k on k.shop_id = e.shop_id and k.enrollment_id = e.id
        where e.shop_id = r.shop_id and e.creator_id = r.id order by k.id limit 1) k on true
    where r.shop_id = :shop and r.handle = :handle and r.archived_at is null
      and exists (select from enrollments e where e.shop_id = r.shop_id and e.creator_id = r.id
                  and e.active @> cast(:now as timestamptz))
""")

_GREETING = text("""
    select r.name, coalesce(l.picture, '') as picture, c.code
    from links k
    join enrollments e on e.shop_id = k.shop_id and e.id = k.enrollment_id and e.active @> cast(:now as timestamptz)
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id and r.archived_at is null
    left join landing_pages l on l.shop_id = r.shop_id and l.creator_id = r.id and l.is_live
    left join lateral (
        select d.code from codes d
        where d.shop_id = e.shop_id and d.enrollment_id = e.id and d.state = 'active'
          and (d.valid_from is null or d.valid_from <= cast(:now as timestamptz))
          and (d.valid_to is null or d.valid_to > cast(:now as timestamptz))
        order by d.id desc limit 1) c on true
    where k.shop_id = :shop and k.id = :link
""")


def landing(session: ShopSession, creator_id: int) -> Landing:
    """What the merchant wrote; an empty page that nobody sees when nothing was."""
    return landings(session, [creator_id]).get(creator_id, Landing())


def landings(session: ShopSession, creator_ids: Sequence[int]) -> dict[int, Landing]:
    """The same of many creators, by id; those of whom nothing was written are left out."""
    wanted = select(LandingPage).where(LandingPage.creator_id.in_(creator_ids))
    rows = session.scalars(wanted.execution_options(populate_existing=True)) if creator_ids else ()
    return {r.creator_id: Landing(r.is_live, r.picture, r.words, tuple(r.products)) for r in rows}


def put(session: ShopSession, pages: Mapping[CreatorId, Landing], now: datetime) -> None:
    """Let the pages of these creators be as said."""
    rows = [
        {
            "shop_id": session.shop_id,
            "creator_id": creator_id,
            "is_live": page.is_live,
            "picture": page.picture,
            "words": page.words,
            "products": list(page.products),
            "changed_at": now,
        }
        for creator_id, page in pages.items()
    ]
    if not rows:
        return
    keys = ("shop_id", "creator_id")
    new = insert(LandingPage)
    change = {name: new.excluded[name] for name in rows[0] if name not in keys}
    session.execute(new.on_conflict_do_update(index_elements=keys, set_=change), rows)


def shown(session: ShopSession, handle: str, now: datetime) -> Shown | None:
    """The page of that creator; None when there is none, or when they are archived or earn nothing now."""
    row = session.execute(_SHOWN, {"shop": session.shop_id, "handle": handle, "now": now}).one_or_none()
    if row is None:
        return None
    return Shown(
        row.handle, row.name, Landing(True, row.picture, row.words, tuple(row.products)), row.code, row.slug
    )


def greeting(session: ShopSession, link_id: int, now: datetime) -> Greeting | None:
    """Of the creator whose link that is; None when they are archived or earn nothing now."""
    row = session.execute(_GREETING, {"shop": session.shop_id, "link": link_id, "now": now}).one_or_none()
    return None if row is None else Greeting(row.name, row.picture, row.code)
