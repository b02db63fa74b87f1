"""What web pixels saw comes in: it is stored, and orders that it leads to are judged again."""

from collections.abc import Sequence

from app.db.session import BatchSession, ShopSession
from app.flows.forget_late import forget_late
from app.orders.store import rejudge
from app.orders.store.visitors import with_checkout
from app.tracking.agents import is_browser
from app.tracking.spool.record import Seen
from app.tracking.store import pixel


def take_pixel(session: BatchSession, seen: Sequence[Seen]) -> None:
    """Store them. What arrives after its order counts as if it had come before; machines are left out."""
    mark_orders_of(session, pixel.keep(session, [s for s in seen if is_browser(s.agent)]))


def mark_orders_of(session: BatchSession | ShopSession, clients: Sequence[pixel.Client]) -> None:
    """Something new is known of these browsers: what they bought is judged again."""
    led = with_checkout(session, pixel.checkouts(session, clients))
    rejudge.mark(session, led)
    forget_late(session, led)
