"""Asking for a look at the shop's discounts in Shopify: after we wrote one, after somebody changed one, every night."""

from app.db.session import BatchSession, ShopSession
from app.flows.code_terms import LOCK
from app.jobs.queue import Queue
from app.kernel.ids import ShopId

JOB = "discounts.look"


def request(session: ShopSession | BatchSession, queue: Queue, shop_id: ShopId) -> None:
    """Have the shop's discounts looked at, in this transaction; never while codes are being issued there."""
    queue.defer(session, JOB, {"shop_id": shop_id}, lock=f"{LOCK} {shop_id}", once=f"{JOB} {shop_id}")
