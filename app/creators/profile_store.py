"""Every query of what creators say of themselves."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.creators.model import Profile
from app.creators.tables import CreatorProfile as Row
from app.db.session import ShopSession


def profile(session: ShopSession, creator_id: int) -> Profile:
    """What the creator said; an empty one when they said nothing."""
    row = session.scalars(select(Row).where(Row.creator_id == creator_id)).one_or_none()
    if row is None:
        return Profile()
    said = {
        "about": row.about,
        "country": row.country,
        "followers": row.followers,
        "interests": row.interests,
    }
    return msgspec.convert(said, Profile)


def put(session: ShopSession, creator_id: int, said: Profile, now: datetime) -> None:
    """Keep what they say now."""
    values = msgspec.to_builtins(said) | {"changed_at": now}
    made = insert(Row).values(shop_id=session.shop_id, creator_id=creator_id, **values)
    session.execute(made.on_conflict_do_update(index_elements=["shop_id", "creator_id"], set_=values))
