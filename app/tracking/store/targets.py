"""Where one link leads, asked over the driver: the redirect's only question, and only when it has not heard of the link."""

from typing import Any, LiteralString

from psycopg import Connection

from app.tracking.destination import Target

_WHOSE: LiteralString = "select shop_id, link_id from link_slugs where slug = %s"
_ADMIT: LiteralString = "select set_config('app.shop_ids', %s, true)"
_TARGET: LiteralString = """
    select l.id, l.slug, l.to_path, l.channel, s.domain from links l join shops s on s.id = l.shop_id
    where l.shop_id = %s and l.id = %s and s.status in ('installed', 'needs_reauth')
"""


def target(connection: Connection[Any], slug: str, admin_origin: str | None) -> Target | None:
    """Where it leads; None when nowhere, or when its shop has left. Raises psycopg.Error.

    `admin_origin` is set only for the devstore, which shows every shop below it.
    """
    with connection.transaction():
        owner = connection.execute(_WHOSE, (slug,), prepare=True).fetchone()
        if owner is None:
            return None
        shop_id, link_id = owner
        connection.execute(_ADMIT, (f"{{{shop_id}}}",), prepare=True)
        row = connection.execute(_TARGET, (shop_id, link_id), prepare=True).fetchone()
    if row is None:
        return None
    number, own_slug, path, channel, domain = row
    origin = f"{admin_origin}/shops/{domain}" if admin_origin else f"https://{domain}"
    return Target(shop_id, number, own_slug, origin, path, channel)
