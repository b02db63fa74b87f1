"""Taking events out of the inbox: claimed, handled and settled in one transaction.

The claim holds row locks until that transaction ends, so a worker that dies gives its events back
at once and no two workers ever hold the same one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from app.db.arrays import plain, texts
from app.db.session import BatchSession
from app.inbox.model import Outcome, Source, State, StoredEvent
from app.inbox.packing import unpack

MOST_ATTEMPTS = 5
"""Then the event is parked with the last reason, for a person to look at."""

_CLAIM = text("""
    select id, shop_domain, topic, source, triggered_at, received_at, body, packing, body_sha256, attempts
    from inbox
    where state = 'new' and (retry_at is null or retry_at <= :now)
    order by id
    limit :most
    for update skip locked
""")

_SETTLE = text("""
    update inbox i
    set state = x.state, reason = x.reason, order_id = x.order_id, handled_at = :now, retry_at = null
    from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:reasons as text[]), cast(:orders as bigint[]))
        as x(id, state, reason, order_id)
    where i.id = x.id
""")

_FAIL = text("""
    update inbox
    set attempts = attempts + 1,
        reason = :reason,
        retry_at = :retry_at,
        state = case when attempts + 1 >= :most then 'parked' else 'new' end
    where id = :id
""")


def claim(session: BatchSession, now: datetime, most: int) -> list[StoredEvent]:
    """The oldest waiting events that nobody else holds, locked until this transaction ends."""
    rows = session.execute(_CLAIM, {"now": now, "most": most})
    return [
        StoredEvent(r.id, r.shop_domain, r.topic, Source(r.source), r.triggered_at, r.received_at,
                    unpack(r.body, r.packing), r.body_sha256, r.attempts)
        for r in rows
    ]  # fmt: skip


def settle(session: BatchSession, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of each event."""
    if not outcomes:
        return
    session.execute(
        _SETTLE,
        {
            "now": now,
            "ids": plain(o.event_id for o in outcomes),
            "states": texts(o.state.value for o in outcomes),
            "reasons": texts(o.reason for o in outcomes),
            "orders": plain(o.order_id for o in outcomes),
        },
    )


def fail(session: BatchSession, event: StoredEvent, reason: str, now: datetime) -> None:
    """Count one attempt: tried again after a growing pause, parked after MOST_ATTEMPTS."""
    pause = timedelta(seconds=2 ** (event.attempts + 1))
    session.execute(
        _FAIL, {"id": event.id, "reason": reason[:2000], "retry_at": now + pause, "most": MOST_ATTEMPTS}
    )


def park(event: StoredEvent, reason: str) -> Outcome:
    """What cannot be processed however often it is tried."""
    return Outcome(event.id, State.PARKED, reason[:2000])
