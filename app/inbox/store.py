"""Receiving events, and looking after those that are parked. Claiming and settling have their own store."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, LiteralString

from psycopg import Connection
from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.arrays import blobs, plain, texts, times
from app.inbox.model import Delivery, InboxCounts, InboxLag, ParkedEvent, Source, StoredEvent
from app.inbox.packing import pack, unpack
from app.inbox.tables import InboxEvent
from app.kernel.errors import NotFound
from app.kernel.ids import EventId

COLUMNS = (
    "shop_domain",
    "topic",
    "webhook_id",
    "event_id",
    "source",
    "api_version",
    "triggered_at",
    "body",
    "body_sha256",
)


# Goes on after what was packed last. The inner limit comes first, so that a young inbox is not read through.
_RIPE = text("""
    select i.id, i.body from inbox i
    where i.id in (select id from inbox
                   where id > coalesce((select max(id) from inbox where packing is not null), 0)
                   order by id limit :most)
      and i.received_at < :before and i.packing is null
    order by i.id for update
""")

_PACKED = text("""
    update inbox i set body = x.body, packing = 'zstd'
    from unnest(cast(:ids as bigint[]), cast(:bodies as bytea[])) as x(id, body) where i.id = x.id
""")

_BY_ORDER: LiteralString = """
    select order_id, id, topic, source, triggered_at, received_at, body, packing, body_sha256, attempts
    from inbox where shop_domain = %s and state = 'done' and topic = any(%s)
    order by order_id, id
"""

_FEED = text("""
    insert into inbox (shop_domain, topic, webhook_id, event_id, source, api_version, triggered_at, body, body_sha256)
    select * from unnest(
        cast(:domains as text[]), cast(:topics as text[]), cast(:webhooks as text[]), cast(:events as text[]),
        cast(:sources as text[]), cast(:versions as text[]), cast(:triggered as timestamptz[]),
        cast(:bodies as bytea[]), cast(:digests as bytea[]))
    on conflict do nothing
    returning webhook_id
""")


class NoSuchEvent(NotFound):
    """A retry was asked for an event that is not parked."""

    def __init__(self, event_id: int, shop_domain: str) -> None:
        super().__init__(f"Event {event_id} of {shop_domain} is not parked, so there is nothing to retry.")


def receive_batch(connection: Connection[Any], deliveries: Sequence[Delivery]) -> int:
    """Store deliveries in one statement on a driver connection in autocommit; how many were new.

    All or none are committed when it returns. A delivery that is already there (the same webhook
    id, or the same event id, of that shop and topic) is left as it was. Raises psycopg.Error.
    """
    values: list[object] = []
    for d in deliveries:
        values += (
            d.shop_domain,
            d.topic,
            d.webhook_id,
            d.event_id,
            d.source.value,
            d.api_version,
            d.triggered_at,
            d.body,
            d.body_sha256,
        )
    return connection.execute(_insert(len(deliveries)), values, prepare=True).rowcount


@cache
def _insert(rows: int) -> LiteralString:
    row = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
    rows_text = ", ".join([row] * rows)
    # Only our own column names and placeholders are put together here.
    return f"insert into inbox ({', '.join(COLUMNS)}) values {rows_text} on conflict do nothing"  # noqa: S608


def body(session: Session, event_id: EventId) -> bytes | None:
    """What was received; None when there is no such event, or it was forgotten."""
    event = InboxEvent
    row = session.execute(select(event.body, event.packing).where(event.id == event_id)).one_or_none()
    return unpack(row.body, row.packing) or None if row is not None else None


def feed(session: Session, deliveries: Sequence[Delivery]) -> int:
    """Store deliveries in the session's own transaction (re-reads, reconciliation); how many were new."""
    if not deliveries:
        return 0
    rows = [{column: getattr(d, column) for column in COLUMNS} for d in deliveries]
    statement = insert(InboxEvent).values(rows).on_conflict_do_nothing().returning(InboxEvent.id)
    return len(session.execute(statement).all())


def feed_many(session: Session, deliveries: Sequence[Delivery]) -> set[str]:
    """As `feed`, for hundreds at once, in one statement; the webhook ids of those that were new."""
    if not deliveries:
        return set()
    rows = session.execute(
        _FEED,
        {
            "domains": texts(d.shop_domain for d in deliveries),
            "topics": texts(d.topic for d in deliveries),
            "webhooks": texts(d.webhook_id for d in deliveries),
            "events": texts(d.event_id for d in deliveries),
            "sources": texts(d.source.value for d in deliveries),
            "versions": texts(d.api_version for d in deliveries),
            "triggered": times(d.triggered_at for d in deliveries),
            "bodies": blobs(d.body for d in deliveries),
            "digests": blobs(d.body_sha256 for d in deliveries),
        },
    )
    return {row.webhook_id for row in rows}


def parked(
    session: Session, shop_domain: str, *, limit: int, before: EventId | None = None
) -> list[ParkedEvent]:
    """The shop's parked events, newest first; `before` continues a list after its last id."""
    event = InboxEvent
    query = select(
        event.id,
        event.topic,
        event.webhook_id,
        event.reason,
        event.attempts,
        event.received_at,
        event.order_id,
    ).where(event.shop_domain == shop_domain, event.state == "parked")
    if before is not None:
        query = query.where(event.id < before)
    return [
        ParkedEvent(
            id=EventId(row.id),
            topic=row.topic,
            webhook_id=row.webhook_id,
            reason=row.reason or "",
            attempts=row.attempts,
            received_at=row.received_at,
            order_id=row.order_id,
        )
        for row in session.execute(query.order_by(event.id.desc()).limit(limit))
    ]


def retry(session: Session, shop_domain: str, event_id: EventId) -> None:
    """Hand one parked event of this shop back to the worker, with all its attempts. Raises NoSuchEvent.

    The inbox has no fence of its own, so the shop is part of the question.
    """
    if _unpark(session, shop_domain, InboxEvent.id == event_id) == 0:
        raise NoSuchEvent(event_id, shop_domain)


def retry_all(session: Session, shop_domain: str) -> int:
    """Hand all parked events of this shop back to the worker; how many there were."""
    return _unpark(session, shop_domain)


def _unpark(session: Session, shop_domain: str, *which: Any) -> int:
    back = (
        update(InboxEvent)
        .where(InboxEvent.shop_domain == shop_domain, InboxEvent.state == "parked", *which)
        .values(state="new", attempts=0, retry_at=None, reason=None, handled_at=None)
        .returning(InboxEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(back).all())


def rename_shop(session: Session, shop_domain: str, aside: str) -> None:
    """Put the events of an erased tenant under the name that its books have now."""
    session.execute(
        update(InboxEvent)
        .where(InboxEvent.shop_domain == shop_domain, InboxEvent.redacted_at.is_not(None))
        .values(shop_domain=aside)
        .execution_options(synchronize_session=False)
    )


def counts(session: Session, shop_domain: str) -> InboxCounts:
    """How many events of the shop are in each state."""
    query = (
        select(InboxEvent.state, func.count().label("number"))
        .where(InboxEvent.shop_domain == shop_domain)
        .group_by(InboxEvent.state)
    )
    return InboxCounts(**{row.state: row.number for row in session.execute(query)})


def lag(session: Session, now: datetime, *, shop_domain: str | None = None) -> InboxLag:
    """How far the worker is behind, for one shop or (None) for all. Events waiting for a retry don't count."""
    event = InboxEvent
    query = select(func.count(), func.coalesce(func.min(event.received_at), now)).where(
        event.state == "new", or_(event.retry_at.is_(None), event.retry_at <= now)
    )
    if shop_domain is not None:
        query = query.where(event.shop_domain == shop_domain)
    waiting, oldest = session.execute(query).one()
    return InboxLag(waiting, max(now - oldest, timedelta()))


def are_waiting(session: Session, shop_domain: str, topics: Collection[str]) -> bool:
    """Whether events of these topics wait that nobody has looked at yet."""
    event = InboxEvent
    query = select(event.id).where(
        event.shop_domain == shop_domain,
        event.state == "new",
        event.attempts == 0,
        event.topic.in_(sorted(topics)),
    )
    return session.execute(query.limit(1)).first() is not None


def parked_everywhere(session: Session) -> int:
    """How many events are parked, over all shops; for the metrics."""
    query = select(func.count()).where(InboxEvent.state == "parked")
    return int(session.execute(query).scalar_one())


def is_ready(session: Session) -> bool:
    """Whether the inbox can be written to: the schema is there and the server is no read-only standby."""
    query = text("select to_regclass('inbox') is not null and not pg_is_in_recovery()")
    return bool(session.execute(query).scalar_one())


def by_order(
    session: Session, shop_domain: str, topics: Collection[str], portion: int
) -> Iterator[list[StoredEvent]]:
    """Every event of these topics that was acted on, all of one order side by side, in portions of about that many.

    Streams from the server, on the driver and in binary: bodies as text took twice as long. Memory does not
    grow with the inbox. An order is only cut in two when it has more events than a portion.
    """
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, Connection):
        raise TypeError(f"{driver!r} is no connection of psycopg")
    held: list[StoredEvent] = []
    last = None
    with driver.cursor(name="inbox_by_order", binary=True) as cursor:
        cursor.execute(_BY_ORDER, [shop_domain, sorted(topics)])
        while rows := cursor.fetchmany(portion):
            for order_id, id_, topic, source, triggered, received, body, packing, digest, attempts in rows:
                if len(held) >= portion and (order_id != last or len(held) >= 2 * portion):
                    yield held
                    held = []
                last, whole = order_id, unpack(body, packing)
                held.append(
                    StoredEvent(
                        id_,
                        shop_domain,
                        topic,
                        _SOURCES[source],
                        triggered,
                        received,
                        whole,
                        digest,
                        attempts,
                    )
                )
    if held:
        yield held


_SOURCES = {source.value: source for source in Source}


def pack_older(session: Session, before: datetime, most: int) -> int:
    """Compress the next bodies that were received before then, in the session's transaction; 0 when none is left.

    Their digests stay those of what was received. Every reader unpacks.
    """
    ripe = session.execute(_RIPE, {"before": before, "most": most}).all()
    if ripe:
        columns = {"ids": plain(r.id for r in ripe), "bodies": blobs(pack(r.body) for r in ripe)}
        session.execute(_PACKED, columns)
    return len(ripe)
