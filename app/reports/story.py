"""What happened about one order: what people decided, what was posted, what Shopify sent."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from app.db.session import ShopSession


class Movement(msgspec.Struct, frozen=True):
    """One posting about an order."""

    kind: str
    debit: str
    credit: str
    handle: str
    """Of the creator."""
    amount_minor: int
    currency: str
    effective_at: datetime
    recorded_at: datetime


class Delivery(msgspec.Struct, frozen=True):
    """One event that spoke of an order."""

    topic: str
    source: str
    triggered_at: datetime
    received_at: datetime
    digest: str


class Decided(msgspec.Struct, frozen=True):
    """What a person decided about an order."""

    kind: str
    actor: str
    decided_at: datetime
    facts: dict[str, Any]


class Story(msgspec.Struct, frozen=True):
    """All of it, each in the order in which it was true."""

    timezone: str
    """The shop's."""
    waiting: bool
    """Whether the order waits to be judged again."""
    decisions: tuple[Decided, ...]
    """In the order in which they were taken."""
    movements: tuple[Movement, ...]
    deliveries: tuple[Delivery, ...]
    """As they came in."""


# One row of the shop, and one question to each book: the page of an order asks for all of them at once.
# The inbox has no fence: the domain is that of the session's own shop.
_STORY = text("""
    select cast(json_build_object(
        'timezone', s.timezone,
        'waiting', exists (select from rejudge w where w.shop_id = s.id and w.order_id = :order_id),
        'decisions', coalesce((
            select json_agg(json_build_object('kind', d.kind, 'actor', d.actor, 'decided_at', d.decided_at,
                                              'facts', d.facts) order by d.id)
            from decisions d where d.shop_id = s.id and d.subject = cast(cast(:order_id as bigint) as text)), '[]'),
        'movements', coalesce((
            select json_agg(json_build_object('kind', e.kind, 'debit', p.debit, 'credit', p.credit, 'handle', r.handle,
                                              'amount_minor', p.amount_minor, 'currency', p.currency,
                                              'effective_at', e.effective_at, 'recorded_at', e.recorded_at)
                            order by e.effective_at, e.id, p.id)
            from postings p
            join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id
            join creators r on r.shop_id = p.shop_id and r.id = p.creator_id
            where p.shop_id = s.id and p.order_id = :order_id), '[]'),
        'deliveries', coalesce((
            select json_agg(json_build_object('topic', i.topic, 'source', i.source, 'triggered_at', i.triggered_at,
                                              'received_at', i.received_at, 'digest', encode(i.body_sha256, 'hex'))
                            order by i.received_at, i.id)
            from inbox i where i.shop_domain = s.domain and i.order_id = :order_id), '[]')
    ) as text)
    from shops s where s.id = :shop
""")

_story = msgspec.json.Decoder(Story)


def story(session: ShopSession, order_id: int) -> Story:
    """What happened about the order. One statement."""
    row = session.execute(_STORY, {"shop": session.shop_id, "order_id": order_id})
    return _story.decode(row.scalar_one())
