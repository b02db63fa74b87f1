"""One portion of Shopify's orders: compare it with ours, feed what we lack into the inbox, count it, in one commit.

Nothing is decided here: what is fed goes the way of every event. Called by flows/reconcile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from app.db.session import ShopSession
from app.flows.order_to_ledger import REREAD_TOPIC
from app.inbox import store as inbox
from app.inbox.model import Delivery, Source
from app.kernel.clock import Clock
from app.kernel.ids import OrderId, ShopId
from app.reconciliation import store
from app.reconciliation.model import Found, Kind, Lack, Run, Stub
from app.shopify.admin_api import ShopAPI
from app.shopify.order_reread import fetch_order

Document = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """One of Shopify's orders, and how to get all of it where that needs no question to Shopify."""

    stub: Stub
    document: Callable[[], Document | None]
    """In the shape of order_for_commission.graphql; None: it has to be read by itself."""


@dataclass(frozen=True)
class Reached:
    """How far a portion brings its run."""

    file_offset: int | None = None
    reached_at: datetime | None = None


@dataclass(frozen=True)
class Feeder:
    """Takes the portions of one run. Safe to repeat: an answer is fed once, whoever feeds it."""

    run: Run
    api: ShopAPI
    open_session: Callable[[ShopId], ShopSession]
    clock: Clock

    def take(self, portion: Sequence[Seen], reached: Reached) -> None:
        """Compare, read what is lacking, feed it and note how far we are. No transaction is open while Shopify is asked.

        Raises what reading an order raises; then nothing of the portion is counted.
        """
        with self.open_session(self.api.shop_id) as session:
            with session.begin():
                lacks = store.lacking(session, [seen.stub for seen in portion])
            read = self._read(lacks, {seen.stub.id: seen for seen in portion})
            with session.begin():
                self._feed(session, read, len(portion), reached)

    def _read(self, lacks: Sequence[Lack], seen: dict[int, Seen]) -> list[tuple[Lack, Document | None]]:
        """All of each order that we lack; without a document for those that Shopify no longer shows."""
        return [
            (lack, seen[lack.stub.id].document() or fetch_order(self.api, OrderId(lack.stub.id)))
            for lack in lacks
        ]

    def _feed(
        self,
        session: ShopSession,
        read: Sequence[tuple[Lack, Document | None]],
        number: int,
        reached: Reached,
    ) -> None:
        now = self.clock.now()
        given = [(lack, self._delivery(lack, body, now) if body is not None else None) for lack, body in read]
        fresh = inbox.feed_many(session, [delivery for _, delivery in given if delivery is not None])
        found = [
            Found(lack, delivery.webhook_id if delivery else None)
            for lack, delivery in given
            if delivery is None or delivery.webhook_id in fresh
        ]
        store.progress(
            session,
            self.run,
            read=number,
            missing=len(found),
            fed=len(fresh),
            file_offset=reached.file_offset,
            reached_at=reached.reached_at,
        )
        if self.run.kind is not Kind.INSTALL:  # What was before us is no difference.
            store.note(session, self.run, found, now)
        if reached.reached_at is not None:
            store.move_cursor(session, self.run.since, min(reached.reached_at, self.run.until))

    def _delivery(self, lack: Lack, document: Document, now: datetime) -> Delivery:
        body = msgspec.json.encode(document, order="sorted")
        digest = sha256(body).digest()
        return Delivery(
            shop_domain=self.api.domain,
            topic=REREAD_TOPIC,
            webhook_id=f"reconciled/{lack.stub.id}/{digest.hex()[:32]}",
            event_id=None,
            source=Source.RECONCILED,
            api_version=None,
            triggered_at=now,
            body=body,
            body_sha256=digest,
        )


def ended(session: ShopSession, run: Run, now: datetime) -> Run:
    """The run has seen everything: say so, and let the next begin where it ends."""
    store.move_cursor(session, run.since, run.until)
    return store.change(session, run, state="done", ended_at=now, failure=None)


def failed(session: ShopSession, run: Run, why: str, now: datetime) -> Run:
    """The run will not come to its end."""
    return store.change(session, run, state="failed", ended_at=now, failure=why[:2000])
