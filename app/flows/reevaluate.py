"""Judge orders again after a decision about terms, codes or people. The difference is posted, nothing else.

A job: it may run twice, and the second run finds nothing to post.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from app.db.session import BatchSession, ShopSession
from app.db.snapshot import let_others_finish
from app.flows.evaluate_apart import evaluate_apart, set_aside
from app.jobs.queue import Queue
from app.kernel.clock import Clock, instant
from app.kernel.ids import ShopId
from app.orders import store as orders
from app.shops import store as shops
from app.tracking.click import trail
from app.tracking.model import fold

JOB = "orders.reevaluate"
CHUNK = 500
MOST_CODES = 1000
"""More codes than this in one decision, and every order is looked at: the list would outgrow a job."""


def request(
    session: ShopSession, queue: Queue, *, placed_from: datetime | None, codes: Collection[str] | None
) -> None:
    """Have the shop's orders judged again: those placed from then on, and only those with one of these codes.

    A landing on a link of that name is as good as the code. None: no such limit.
    """
    chosen = (
        sorted({fold(code) for code in codes}) if codes is not None and len(codes) <= MOST_CODES else None
    )
    args = {
        "shop_id": session.shop_id,
        "placed_from": placed_from.isoformat() if placed_from else None,
        "codes": chosen,
    }
    queue.defer(session, JOB, args, lock=f"{JOB} {session.shop_id}")


@dataclass(frozen=True)
class Reevaluate:
    """The job's handler."""

    open_batch: Callable[[], BatchSession]
    clock: Clock
    pause_ms: Callable[[int], None]

    def __call__(self, *, shop_id: int, placed_from: str | None, codes: list[str] | None) -> None:
        """Judge in portions, each in a transaction of its own."""
        since = instant(placed_from) if placed_from else None
        chosen = frozenset(codes) if codes is not None else None
        after: int | None = -1
        with self.open_batch() as session:
            # A delivery that is judged by what stood before the decision commits an order we must see.
            let_others_finish(session, self.pause_ms)
            while after is not None:
                after = self._portion(session, ShopId(shop_id), after, since, chosen)

    def _portion(
        self,
        session: BatchSession,
        shop_id: ShopId,
        after: int,
        since: datetime | None,
        codes: frozenset[str] | None,
    ) -> int | None:
        """Judge the next orders and return the last id that was looked at; None when there were no more."""
        with session.begin():
            session.admit([shop_id])
            found = orders.codes_after(session, shop_id, after, placed_from=since, most=CHUNK)
            wanted = [
                key for key, on_it, landing in found if codes is None or codes & _tokens(on_it, landing)
            ]
            held = orders.with_refunds(session, orders.lock(session, wanted))
            now = self.clock.now()
            refused = evaluate_apart(session, held, shops.contexts_by_id(session, [shop_id]), now)
            set_aside(session, refused, now)
        return found[-1][0][1] if found else None


def _tokens(codes: Collection[str], landing_site: str | None) -> frozenset[str]:
    """What of an order can belong to a creator: its codes, and the link that its visit began with."""
    slug = trail((), landing_site).slug
    return frozenset(map(fold, (*codes, slug) if slug else codes))
