"""Every query of API keys."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, insert, text

from app.db.session import Fenced, ShopSession
from app.kernel.errors import Conflict, NotFound
from app.shops.api_key import digest
from app.shops.tables import ApiKey

MOST = 20
"""Keys of a shop that are not revoked."""


class Key(msgspec.Struct, frozen=True):
    """A key as a page shows it."""

    id: int
    name: str
    ending: str
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None = None


def keys(session: ShopSession) -> list[Key]:
    """Those that work, newest first."""
    query = text(
        "select id, name, ending, created_at, created_by, last_used_at from api_keys "
        "where shop_id = :shop and revoked_at is null order by id desc"
    )
    return [_key(row) for row in session.execute(query, {"shop": session.shop_id})]


def add(session: ShopSession, key: str, *, name: str, actor: str, now: datetime) -> None:
    """Let that key work. Raises Conflict when the shop has as many as it may."""
    if len(keys(session)) >= MOST:
        raise Conflict(f"There are {MOST} keys; revoke one that you do not need.")
    session.execute(
        insert(ApiKey).values(
            shop_id=session.shop_id,
            name=name,
            digest=digest(key),
            ending=key[-4:],
            created_at=now,
            created_by=actor,
        )
    )


def revoke(session: ShopSession, number: int, now: datetime) -> Key:
    """From now on it does not work. Raises NotFound for one that never did, or does no longer."""
    row = session.execute(
        text(
            "update api_keys set revoked_at = :now where shop_id = :shop and id = :id and revoked_at is null "
            "returning id, name, ending, created_at, created_by, last_used_at, revoked_at"
        ),
        {"shop": session.shop_id, "id": number, "now": now},
    ).one_or_none()
    if row is None:
        raise NotFound("This key was revoked, or there never was one of this number.")
    return _key(row)


def uses(session: ShopSession, presented: bytes, now: datetime) -> int | None:
    """The number of the key with that digest, whose use is noted to the minute; None when it does not work."""
    found = session.execute(
        text(
            "select id, coalesce(last_used_at < cast(:now as timestamptz) - interval '1 minute', true) as is_stale "
            "from api_keys where shop_id = :shop and digest = :digest and revoked_at is null"
        ),
        {"shop": session.shop_id, "digest": presented, "now": now},
    ).one_or_none()
    if found is None:
        return None
    if found.is_stale:
        session.execute(
            text("update api_keys set last_used_at = :now where shop_id = :shop and id = :id"),
            {"shop": session.shop_id, "id": found.id, "now": now},
        )
    return int(found.id)


def forget_shop(session: Fenced, shop_id: int) -> None:
    """No key works any more, and none is listed."""
    session.execute(text("delete from api_keys where shop_id = :shop"), {"shop": shop_id})


def _key(row: Row[Any]) -> Key:
    return Key(*tuple(row))
