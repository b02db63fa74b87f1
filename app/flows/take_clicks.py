"""Clicks come in: they are stored, and orders that they lead to are judged again."""

from collections.abc import Sequence

from app.db.session import BatchSession, ShopSession
from app.flows.forget_late import forget_late
from app.flows.take_pixel import mark_orders_of
from app.orders.store import rejudge
from app.orders.store.visitors import with_attribute, with_click
from app.tracking.click import CLICK_ATTRIBUTE, VISITOR_ATTRIBUTE, Click
from app.tracking.store import clicks as store
from app.tracking.store import pixel
from app.tracking.token import middle


def take_clicks(session: BatchSession | ShopSession, clicks: Sequence[tuple[int, Click]]) -> None:
    """Store clicks as (shop id, click). One that arrives after its order counts as if it had come before."""
    store.keep(session, clicks)
    wanted = [(shop, VISITOR_ATTRIBUTE, c.visitor, c.at) for shop, c in clicks if c.visitor]
    wanted += [(shop, CLICK_ATTRIBUTE, str(c.id), c.at) for shop, c in clicks]
    led = with_attribute(session, wanted)
    led += with_click(session, [(shop, middle(c.id, c.at), c.at) for shop, c in clicks])
    rejudge.mark(session, led)
    forget_late(session, led)
    mark_orders_of(session, pixel.clicked(session, [(shop, c.id) for shop, c in clicks]))
