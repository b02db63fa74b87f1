"""Empty the inbox: claim a batch, answer it, settle it, in one transaction.

An event that cannot be processed costs only itself: the batch is halved in savepoints until the
culprit stands alone. It is tried again with growing pauses, then parked with its reason.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.db.faults import is_transient
from app.db.session import BatchSession
from app.flows import order_to_ledger
from app.flows.desk import Desk
from app.flows.topics import HANDLERS, ORDER_TOPICS
from app.inbox import claim
from app.inbox.model import Outcome, State, StoredEvent
from app.kernel.errors import RefusedError
from app.shops import store as shops_store
from app.shops.model import Status
from app.shops.store import ShopContext

BATCH = 250
"""More gained nothing when it was measured, and held locks for longer."""

Work = Callable[[Sequence[StoredEvent]], list[Outcome]]


def drain(session: BatchSession, desk: Desk, now: datetime, most: int = BATCH) -> int:
    """Answer one batch of waiting events and commit. Returns how many were claimed; 0 when none waits.

    Raises what the database raised when it was the database's fault: then nothing was settled,
    nothing was counted, and the same events are claimed again.
    """
    with session.begin():
        session.admit(())
        events = claim.claim(session, now, most)
        if not events:
            return 0
        shops = shops_store.contexts(session, {e.shop_domain for e in events})
        session.admit(shop.id for shop in shops.values())
        claim.settle(session, _answer(session, events, shops, desk, now), now)
    return len(events)


def _answer(
    session: BatchSession,
    events: Sequence[StoredEvent],
    shops: Mapping[str, ShopContext],
    desk: Desk,
    now: datetime,
) -> list[Outcome]:
    settled = [o for e in events if (o := _unanswerable(e, shops.get(e.shop_domain))) is not None]
    known = {o.event_id for o in settled}
    rest = [e for e in events if e.id not in known]
    about_orders = [e for e in rest if e.topic in ORDER_TOPICS]

    def take_orders(part: Sequence[StoredEvent]) -> list[Outcome]:
        return order_to_ledger.run(session, part, shops, desk, now)

    def take_one(part: Sequence[StoredEvent]) -> list[Outcome]:
        (event,) = part
        ignored = HANDLERS[event.topic](session, event, shops[event.shop_domain], desk, now)
        return [Outcome(event.id, State.IGNORED if ignored else State.DONE, ignored)]

    settled += _bisect(session, about_orders, take_orders, now)
    for event in rest:
        if event.topic not in ORDER_TOPICS:
            settled += _bisect(session, [event], take_one, now)
    return settled


def _unanswerable(event: StoredEvent, shop: ShopContext | None) -> Outcome | None:
    """Events that nothing here can act on, whatever is in them."""
    if event.topic not in ORDER_TOPICS and event.topic not in HANDLERS:
        return Outcome(event.id, State.IGNORED, f"Nothing here acts on the topic {event.topic[:100]!r}.")
    if shop is None:
        return claim.park(event, f"No shop {event.shop_domain!r} has installed the app; retry after it has.")
    if shop.status is Status.REDACTED:
        return Outcome(event.id, State.IGNORED, "The shop's data were erased at its request.")
    return None


def _bisect(session: BatchSession, events: Sequence[StoredEvent], work: Work, now: datetime) -> list[Outcome]:
    """Do the work in a savepoint; on an error halve it, until only the culprit's attempt is counted."""
    if not events:
        return []
    savepoint = session.begin_nested()
    try:
        outcomes = work(events)
    except Exception as error:
        if is_transient(error):
            raise
        savepoint.rollback()
        if len(events) > 1:
            middle = len(events) // 2
            return _bisect(session, events[:middle], work, now) + _bisect(session, events[middle:], work, now)
        (event,) = events
        if isinstance(error, RefusedError):
            return [claim.park(event, str(error))]
        claim.fail(session, event, f"{type(error).__name__}: {error}", now)
        return []
    savepoint.commit()
    return outcomes
