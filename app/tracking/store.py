"""Every query of codes, links and the discounts that carry them."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.types.multirange import Multirange
from sqlalchemy import text

from app.db.session import Fenced
from app.tracking.model import CodeOwner, Span

OWNERS = text(
    """
    select c.shop_id, c.folded, c.enrollment_id, e.creator_id, r.handle, e.program_id, e.active,
           c.valid_from, c.valid_to, r.email_key
    from unnest(cast(:shops as bigint[]), cast(:codes as text[])) as wanted (shop_id, folded)
    join codes c on c.shop_id = wanted.shop_id and c.folded = wanted.folded
    join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
    """
)


def owners(session: Fenced, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], CodeOwner]:
    """Who owns each (shop id, folded code); codes that nobody owns are left out.

    One statement for a batch of many shops; the row-level fence still admits only the session's own.
    The state of a code in Shopify is of no account: what stands on an order was accepted there.
    """
    if not keys:
        return {}
    wanted = {"shops": [shop for shop, _ in keys], "codes": [code for _, code in keys]}
    return {
        (row.shop_id, row.folded): CodeOwner(
            folded=row.folded,
            enrollment_id=row.enrollment_id,
            creator_id=row.creator_id,
            creator=row.handle,
            program_id=row.program_id,
            active=_spans(row.active),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            email_key=row.email_key,
        )
        for row in session.execute(OWNERS, wanted)
    }


def _spans(active: Multirange[datetime]) -> tuple[Span, ...]:
    return tuple((span.lower, span.upper) for span in active)
