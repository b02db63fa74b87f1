"""Visits that are old: those go that no order or lead names and no program pays for; of the others goes what they say of a browser."""

from datetime import date, datetime

from sqlalchemy import text

from app.db.session import ShopSession
from app.orders.tables import CLICK_OF, HAS_CLICK

AT_ONCE = 20_000
"""Clicks of one statement."""

_WINDOW = text("select coalesce(max(window_days), 0) from programs where shop_id = :shop")

# They are counted to their days already: a change of the time zone must not count those days again, as nothing.
_SEAL = text("update link_days set sealed = true where shop_id = :shop and day < :day and not sealed")

# The ways in which an order names a click, each by an index: tracking/token.middle, tracking/click.trail, the pixel's checkout.
_FORGET = text(f"""
    with old as materialized (
        select id, at from clicks c where shop_id = :shop and at < :before
          and not exists (
            select from orders where shop_id = :shop and {HAS_CLICK} and {CLICK_OF}
              = translate(encode(set_byte('\\x00', 0, ((extract(epoch from c.at) * 1000)::bigint & 255)::int) || int8send(c.id),
                                 'base64'), '+/', '-_'))
          and not exists (
            select from orders where shop_id = :shop and origin ? 'attributes'
              and origin @> jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array('_tribute_click', c.id::text))))
          and not (c.visitor is not null and exists (
            select from orders where shop_id = :shop and origin ? 'attributes'
              and origin @> jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array('_tribute_visitor', c.visitor)))))
          and not exists (
            select from pixel_events e
            join pixel_events p on p.shop_id = :shop and p.client = e.client and p.checkout is not null
            join orders o on o.shop_id = :shop and o.origin ->> 'checkout' = p.checkout and o.origin ? 'checkout'
            where e.shop_id = :shop and e.click_id = c.id)
          and not exists (select from lead_events where shop_id = :shop and click_id = c.id)
          and not (c.visitor is not null and exists (select from lead_events where shop_id = :shop and visitor = c.visitor))
          and not exists (
            select from links l
            join enrollments n on n.shop_id = l.shop_id and n.id = l.enrollment_id
            join offers f on f.shop_id = n.shop_id and f.program_id = n.program_id
            where l.shop_id = :shop and l.id = c.link_id and f.content -> 'rules' @> '[{{"kind": "per_click"}}]')
        limit :most
    )
    delete from clicks c using old where c.shop_id = :shop and c.id = old.id and c.at = old.at
""")  # noqa: S608 - constants of ours

BLANK = "print = null, network = null, landing = null, referrer = null, device = '', country = ''"
"""What tells one browser from another; link, time, verdict and consent stay: they are why a creator was credited."""
IS_TOLD = "(print is not null or network is not null or landing is not null or referrer is not null or device <> '' or country <> '')"

_BLANK = text(f"update clicks set {BLANK} where shop_id = :shop and at < :before and {IS_TOLD}")  # noqa: S608


def longest_window(session: ShopSession) -> int:
    """The days of the longest window that a program of the shop has now."""
    return int(session.execute(_WINDOW, {"shop": session.shop_id}).scalar_one())


def seal(session: ShopSession, day: date) -> None:
    """Keep the counts of the days before as they are: their clicks are about to go."""
    session.execute(_SEAL, {"shop": session.shop_id, "day": day})


def forget(session: ShopSession, before: datetime) -> int:
    """Delete up to AT_ONCE clicks from before that instant which no order or lead names and no program pays for; returns how many."""
    result = session.execute(_FORGET, {"shop": session.shop_id, "before": before, "most": AT_ONCE})
    return int(result.rowcount)  # type: ignore[attr-defined]


def blank(session: ShopSession, before: datetime) -> None:
    """Take out of the clicks that stay what they say of a browser."""
    session.execute(_BLANK, {"shop": session.shop_id, "before": before})
