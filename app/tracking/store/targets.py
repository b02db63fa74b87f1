"""Where one link leads, asked over the driver: the redirect's only question, and only when it has not heard of the link."""

from typing import Any, LiteralString

import msgspec
from psycopg import Connection

from app.campaigns.links import LinkTerms
from app.tracking.destination import Target

_WHOSE: LiteralString = "select shop_id, link_id from link_slugs where slug = %s"
_ADMIT: LiteralString = "select set_config('app.shop_ids', %s, true)"
_TARGET: LiteralString = """
    select l.id, l.slug, l.to_path, l.channel, s.domain, cast(p.links as text), p.handle, r.handle,
           (select k.code from codes k where k.shop_id = l.shop_id and k.enrollment_id = l.enrollment_id and k.state = 'active'
              and (k.valid_from is null or k.valid_from <= now()) and (k.valid_to is null or k.valid_to > now())
            order by k.id desc limit 1),
           exists (select from offers o where o.shop_id = p.shop_id and o.program_id = p.id
                     and o.content -> 'given' -> 'single_use' is not null)
    from links l
    join shops s on s.id = l.shop_id
    join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
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
    number, own_slug, path, channel, domain, links, program, creator, code, hands_out = row
    terms = msgspec.json.decode(links, type=LinkTerms)
    values = {
        "creator": creator,
        "program": program,
        "channel": channel,
        "slug": own_slug,
        "code": code or "",
    }
    origin = f"{admin_origin}/shops/{domain}" if admin_origin else f"https://{domain}"
    applied = code if terms.apply_code else None
    utm = terms.filled(values)
    return Target(shop_id, number, own_slug, origin, path, channel, applied, hands_out=hands_out, utm=utm)
