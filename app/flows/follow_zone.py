"""The shop has moved to another time zone: every day and month is that zone's, those gone by as well.

A job. Days are a function of instants and of the zone that holds now, so replay gives the same ones; to keep the
old days it would have to know when Shopify's clock was changed, which an older shop/update may tell later.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.commissions import day_store
from app.db.session import BatchSession, Fenced, ShopSession
from app.db.snapshot import let_others_finish
from app.flows import reevaluate
from app.jobs.queue import Queue
from app.kernel.ids import ShopId
from app.kernel.period import day_of
from app.orders.store import days
from app.reports.rollup import mark_dirty
from app.shops import store as shops
from app.tracking.store.months import count_again

JOB = "shops.follow_zone"
CHUNK = 500


def request(session: Fenced, queue: Queue, shop_id: int) -> None:
    """Have the shop's days follow its zone."""
    queue.defer(session, JOB, {"shop_id": shop_id}, lock=f"{JOB} {shop_id}")


@dataclass(frozen=True)
class FollowZone:
    """The job's handler. Each portion commits by itself; run again, it moves what is left."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    queue: Queue
    pause_ms: Callable[[int], None]

    def __call__(self, *, shop_id: int) -> None:
        """Move the days of orders, commissions, awards and clicks; then judge all orders again, for rules that go by month."""
        after: int | None = -1
        with self.open_batch() as session:
            # A delivery that went by the old zone commits an order we must see.
            let_others_finish(session, self.pause_ms)
            while after is not None:
                with session.begin():
                    session.admit([shop_id])
                    after = _move_orders(session, shop_id, after)
        with self.open_session(ShopId(shop_id)) as own, own.begin():
            _move_awards(own, shop_id)
            count_again(own, shop_id)
            reevaluate.request(own, self.queue, placed_from=None, codes=None)


def _move_orders(session: BatchSession, shop_id: int, after: int) -> int | None:
    """Move the next portion, with its figures. Returns the last that was looked at; None: there were no more."""
    zone = shops.contexts_by_id(session, [shop_id])[shop_id].timezone
    found = days.after(session, shop_id, after, CHUNK)
    moved = {p.order_id: day_of(p.at, zone) for p in found if day_of(p.at, zone) != p.on}
    if moved:
        days.move(session, shop_id, moved)
        mark_dirty(session, day_store.move_credits(session, shop_id, moved))
    return found[-1].order_id if found else None


def _move_awards(session: ShopSession, shop_id: int) -> None:
    zone = shops.contexts_by_id(session, [shop_id])[shop_id].timezone
    held = day_store.award_days(session, shop_id)
    moved = {key: day_of(at, zone) for key, (_, at, on) in held.items() if day_of(at, zone) != on}
    if moved:
        day_store.move_awards(session, shop_id, moved)
        cells = [(shop_id, held[key][0], day) for key, new in moved.items() for day in (held[key][2], new)]
        mark_dirty(session, cells)
