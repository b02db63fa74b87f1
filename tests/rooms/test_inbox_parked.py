"""Parked events wait for a person, and one shop's person sees one shop's events."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from app.inbox import store
from app.inbox.model import Delivery, InboxCounts, Source
from app.inbox.store import NoSuchEvent
from app.kernel.ids import EventId
from app.wiring import Wiring
from tests.conftest import NOW

LUMEN = "lumen.myshopify.com"
OTHER = "other.myshopify.com"


def feed(wiring: Wiring, *ids: str, shop: str = LUMEN) -> int:
    with wiring.platform_session() as session, session.begin():
        return store.feed(
            session,
            [
                Delivery(
                    shop, "orders/paid", i, None, Source.RECONCILED, None, NOW, b"{}", sha256(b"{}").digest()
                )
                for i in ids
            ],
        )


def park(wiring: Wiring, webhook_id: str, shop: str = LUMEN) -> EventId:
    with wiring.platform_session() as session, session.begin():
        query = text(
            "update inbox set state = 'parked', reason = 'No such currency: ZZZ.', attempts = 5 "
            "where webhook_id = :id and shop_domain = :shop returning id"
        )
        return EventId(session.execute(query, {"id": webhook_id, "shop": shop}).scalar_one())


def test_feeding_the_same_event_again_adds_nothing(wiring: Wiring) -> None:
    assert feed(wiring, "a", "b", "a") == 2
    assert feed(wiring, "b", "c") == 1
    assert feed(wiring) == 0


def test_parked_events_are_listed_newest_first_with_their_reason(wiring: Wiring) -> None:
    feed(wiring, "a", "b", "c")
    first, second = park(wiring, "a"), park(wiring, "c")
    with wiring.platform_session() as session:
        found = store.parked(session, LUMEN, limit=10)
        assert [(e.id, e.reason, e.attempts) for e in found] == [
            (second, "No such currency: ZZZ.", 5),
            (first, "No such currency: ZZZ.", 5),
        ]
        assert [e.id for e in store.parked(session, LUMEN, limit=10, before=second)] == [first]
        assert store.parked(session, OTHER, limit=10) == []


def test_a_retry_hands_the_event_back_with_all_its_attempts(wiring: Wiring) -> None:
    feed(wiring, "a")
    event = park(wiring, "a")
    with wiring.platform_session() as session, session.begin():
        store.retry(session, LUMEN, event)
        assert store.counts(session, LUMEN) == InboxCounts(new=1)
        row = session.execute(text("select attempts, reason, retry_at from inbox")).one()
        assert tuple(row) == (0, None, None)


def test_an_event_that_is_not_parked_or_not_ours_is_not_retried(wiring: Wiring) -> None:
    feed(wiring, "a")
    event = park(wiring, "a")
    with wiring.platform_session() as session, session.begin():
        with pytest.raises(NoSuchEvent, match=OTHER):
            store.retry(session, OTHER, event)
        store.retry(session, LUMEN, event)
        with pytest.raises(NoSuchEvent, match="not parked"):
            store.retry(session, LUMEN, event)


def test_all_of_one_shop_can_be_retried_at_once(wiring: Wiring) -> None:
    feed(wiring, "a", "b")
    feed(wiring, "a", shop=OTHER)
    park(wiring, "a"), park(wiring, "b"), park(wiring, "a", OTHER)
    with wiring.platform_session() as session, session.begin():
        assert store.retry_all(session, LUMEN) == 2
        assert store.parked_everywhere(session) == 1
        assert store.counts(session, LUMEN) == InboxCounts(new=2)


def test_the_lag_is_the_age_of_the_oldest_event_that_could_be_taken(wiring: Wiring) -> None:
    feed(wiring, "a", "b", "later")
    feed(wiring, "c", shop=OTHER)
    with wiring.platform_session() as session, session.begin():
        session.execute(text("update inbox set received_at = :at"), {"at": NOW - timedelta(seconds=30)})
        session.execute(
            text("update inbox set received_at = :old, retry_at = :soon where webhook_id = 'later'"),
            {"old": NOW - timedelta(hours=1), "soon": NOW + timedelta(seconds=1)},
        )
        lag = store.lag(session, NOW, shop_domain=LUMEN)
        assert (lag.waiting, lag.oldest) == (2, timedelta(seconds=30))
        assert store.lag(session, NOW).waiting == 3
        assert store.lag(session, NOW, shop_domain="nobody.myshopify.com").oldest == timedelta()
