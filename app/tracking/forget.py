"""Visits of one person, and forgetting those, or all that a shop has: codes and links are often a creator's name.

The flows of privacy call this.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, text

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.tracking.store.aging import BLANK
from app.tracking.tables import Click, ClickLoss, LinkDay, LinkSlug, PixelEvent

_THEIRS = "shop_id = :shop and (id = any(:clicks) or visitor = any(:visitors))"
_HELD = text("""
    select c.at, l.slug as link, c.verdict, c.consent, c.visitor, c.landing, c.referrer, c.device, c.country
    from clicks c join links l on l.shop_id = c.shop_id and l.id = c.link_id
    where c.shop_id = :shop and (c.id = any(:clicks) or c.visitor = any(:visitors))
    order by c.at, c.id
""")
_FORGET = text(f"update clicks set {BLANK} where {_THEIRS}")  # noqa: S608 - constants of ours

_BROWSERS = "select client from pixel_events where shop_id = :shop and checkout = any(:checkouts)"
_SEEN = text(f"""
    select e.at, e.step, l.slug as link, e.product_id, e.checkout, e.order_id, e.consent
    from pixel_events e join links l on l.shop_id = e.shop_id and l.id = e.link_id
    where e.shop_id = :shop and e.client in ({_BROWSERS})
    order by e.at, e.id
""")  # noqa: S608 - constants of ours
# What leads from the checkout to a creator stays; what the browser looked at on its way goes.
_UNSEE = text(f"""
    delete from pixel_events
    where shop_id = :shop and client in ({_BROWSERS}) and checkout is null and click_id is null and not arrived
""")  # noqa: S608 - constants of ours
_UNNAME = text(f"""
    update pixel_events set product_id = null
    where shop_id = :shop and client in ({_BROWSERS}) and product_id is not null
""")  # noqa: S608 - constants of ours
_CLICKED = text(f"""
    select distinct click_id from pixel_events where shop_id = :shop and client in ({_BROWSERS}) and click_id is not null
""")  # noqa: S608 - constants of ours


@dataclass(frozen=True)
class Visits:
    """The visits that a customer's orders name."""

    clicks: frozenset[int]
    visitors: frozenset[str]
    """Browsers, as cart attributes name them."""
    checkouts: frozenset[str]
    """Tokens, by which the web pixel's browsers are found."""


def held(session: Fenced, shop_id: ShopId, visits: Visits) -> list[dict[str, Any]]:
    """What is kept of these clicks and of all clicks of these browsers, oldest first, for the merchant's file."""
    rows = session.execute(_HELD, _whose(session, shop_id, visits)).mappings()
    return [{**row, "at": row["at"].isoformat()} for row in rows]


def seen(session: Fenced, shop_id: ShopId, visits: Visits) -> list[dict[str, Any]]:
    """What web pixels saw of the browsers that checked out, oldest first, for the merchant's file."""
    rows = session.execute(_SEEN, _whose(session, shop_id, visits)).mappings()
    return [{**row, "at": row["at"].isoformat()} for row in rows]


def forget_visits(session: Fenced, shop_id: ShopId, visits: Visits) -> None:
    """Take out of them what they say of a browser. The rest stays: it is why a creator was credited."""
    whose = _whose(session, shop_id, visits)
    for statement in (_FORGET, _UNSEE, _UNNAME):
        session.execute(statement, whose)


def _whose(session: Fenced, shop_id: ShopId, visits: Visits) -> dict[str, Any]:
    """Also the clicks that only the web pixel joins to a checkout."""
    checkouts = sorted(visits.checkouts)
    joined = session.scalars(_CLICKED, {"shop": shop_id, "checkouts": checkouts}) if checkouts else ()
    return {
        "shop": shop_id,
        "clicks": sorted({*visits.clicks, *joined}),
        "visitors": sorted(visits.visitors),
        "checkouts": checkouts,
    }


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every code is disabled under another name, every click goes, every short link leads nowhere and is free again."""
    session.execute(delete(PixelEvent).where(PixelEvent.shop_id == shop_id))
    session.execute(delete(Click).where(Click.shop_id == shop_id))
    session.execute(delete(LinkDay).where(LinkDay.shop_id == shop_id))
    session.execute(delete(ClickLoss).where(ClickLoss.shop_id == shop_id))
    session.execute(delete(LinkSlug).where(LinkSlug.shop_id == shop_id))
    session.execute(
        text(
            "update codes set code = 'ERASED-' || id, folded = 'ERASED-' || id, state = 'disabled', failure = null "
            "where shop_id = :shop"
        ),
        {"shop": shop_id},
    )
    session.execute(
        text(
            "update single_codes set folded = 'ERASED-' || id, state = 'gone', visitor = null, sender = null "
            "where shop_id = :shop"
        ),
        {"shop": shop_id},
    )
    session.execute(
        text("update links set slug = 'erased-' || id, to_path = '/' where shop_id = :shop"),
        {"shop": shop_id},
    )
