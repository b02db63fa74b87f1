"""Who a creator is as a shopper has changed: orders that were or are their own are judged again.

A job: it may run twice, and the second run finds nothing to post.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.db.session import BatchSession, ShopSession
from app.db.snapshot import let_others_finish
from app.fraud import store as fraud
from app.jobs.queue import Queue
from app.orders.store import rejudge

JOB = "creators.compare_again"


def request(
    session: ShopSession,
    queue: Queue,
    creator_id: int,
    changed: Collection[tuple[bytes | None, bytes | None]],
) -> None:
    """Have the creator's orders compared again; `changed`: each pseudonym as it was and as it is."""
    keys = sorted({key.hex() for was, is_ in changed if was != is_ for key in (was, is_) if key is not None})
    if keys:
        args = {"shop_id": session.shop_id, "creator_id": creator_id, "keys": keys}
        queue.defer(session, JOB, args, lock=f"{JOB} {session.shop_id}")


@dataclass(frozen=True)
class CompareAgain:
    """The job's handler. It only marks: the worker's loops judge."""

    open_batch: Callable[[], BatchSession]
    pause_ms: Callable[[int], None]

    def __call__(self, *, shop_id: int, creator_id: int, keys: list[str]) -> None:
        """Mark the orders that have one of these shoppers, and the creator's codes for the detectors."""
        with self.open_batch() as session:
            # A delivery that compared with the creator as they were commits an order we must see.
            let_others_finish(session, self.pause_ms)
            with session.begin():
                session.admit([shop_id])
                rejudge.mark_bought_by(session, shop_id, [bytes.fromhex(key) for key in keys])
                fraud.resight(session, shop_id, creator_id)
