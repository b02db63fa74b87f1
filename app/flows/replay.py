"""Rebuild a shop from everything that came from outside and was decided, and compare it with what stands.

Into a fresh schema, by the code that runs live; only the batches differ, and what should be earned never
depends on them. Source: precision.md 4, decision 0048.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit import store as log
from app.audit.model import Decision
from app.db.faults import is_transient
from app.db.fresh_schema import Fresh
from app.db.session import BatchSession, ShopSession
from app.db.snapshot import freeze
from app.flows import derive_awards, replay_orders
from app.flows.catalogue import CATALOGUE_TOPICS
from app.flows.desk import Desk
from app.flows.detect import detect
from app.flows.rejudge import rejudge
from app.flows.replay_compare import Compared, compare
from app.flows.replay_decisions import VERDICTS, take_again
from app.flows.topics import HANDLERS, ORDER_TOPICS
from app.inbox import store as inbox
from app.inbox.model import StoredEvent
from app.jobs.queue import NoQueue
from app.kernel.errors import Conflict
from app.kernel.garbage import seldom_collected
from app.kernel.ids import ShopId
from app.leads import store as leads
from app.reports.dump import dump
from app.reports.rollup import derive
from app.shops import store as shops
from app.shops.model import Status
from app.shops.pseudonym import pseudonym
from app.shops.store import ShopContext
from app.tracking.store import clicks, pixel

PORTION = 2000
"""Events of one transaction: larger ones gained nothing and held more in memory."""


WRITERS = 2


class Erased(Conflict):
    """There is nothing left to replay from."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"The data of {domain} was erased at the merchant's request: its bodies and decisions are gone, so "
            "nothing can be replayed from them. Its books remain, and `tribute prove` checks them."
        )


@dataclass(frozen=True)
class Replayed:
    """What came of it."""

    compared: Compared
    events: int
    unreadable: tuple[str, ...]
    """Events that were acted on once and cannot be read any more, each a sentence."""

    @property
    def identical(self) -> bool:
        """Whether the dumps are the same bytes."""
        return not self.unreadable and self.compared.different == 0


@dataclass(frozen=True)
class Replayer:
    """What replaying reaches for. Wiring makes it."""

    open_live: Callable[[ShopId], ShopSession]
    open_fresh: Callable[[], AbstractContextManager[Fresh]]
    """Connects as the owner, as migrations do."""
    desk: Desk

    def __call__(self, shop: ShopContext, as_of: datetime, *, now: datetime) -> Replayed:
        """Rebuild and compare. Changes nothing of what stands, and leaves nothing behind. Raises Erased, NotReplayable.

        `as_of` moves the clock and not what is known: both sides hold every fact that there is, and
        what agreements owe by `now`.
        """
        if shop.status is Status.REDACTED:
            raise Erased(shop.domain)
        with self.open_live(ShopId(shop.id)) as live, self.open_fresh() as fresh:
            freeze(live)
            events, unreadable = self.rebuild(live, fresh, shop, as_of, now=now)
            with fresh.shop_session(ShopId(shop.id)) as again:
                compared = compare(dump(live, as_of), dump(again, as_of))
        return Replayed(compared, events, tuple(unreadable))

    def rebuild(
        self, live: ShopSession, fresh: Fresh, shop: ShopContext, as_of: datetime, *, now: datetime
    ) -> tuple[int, list[str]]:
        """Fill the fresh schema from the inbox and the log that `live` sees. How many events, and which were unreadable."""
        with seldom_collected():
            return self._rebuild(live, fresh, shop, as_of, now=now)

    def _rebuild(
        self, live: ShopSession, fresh: Fresh, shop: ShopContext, as_of: datetime, *, now: datetime
    ) -> tuple[int, list[str]]:
        shop_id = ShopId(shop.id)
        with fresh.batch_session() as session, session.begin():
            session.admit([shop_id])
            shops.bring_over(session, shop_id)
        decisions = log.decisions(live)
        self._decide(fresh, shop, [d for d in decisions if d.kind not in VERDICTS])
        with fresh.shop_session(shop_id) as there, there.begin():
            clicks.bring_over(there, shop_id)
            pixel.bring_over(there, shop_id)
            leads.bring_over(there, shop_id)
        self._hear_products(live, fresh, shop, as_of)
        events, unreadable = self._feed(live, fresh, shop, as_of)
        fresh.make_indexes()
        self._decide(fresh, shop, [d for d in decisions if d.kind in VERDICTS])
        with fresh.batch_session() as session:
            while detect(session, self.desk) + rejudge(session, as_of):
                pass
            derive_awards.derive(session, shop, now)
            _roll_up(session)
        return events, unreadable

    def _decide(self, fresh: Fresh, shop: ShopContext, decisions: list[Decision]) -> None:
        key = self.desk.shop_key(shop)

        def hidden(email: str) -> bytes:
            if key is None:
                raise Erased(shop.domain)
            return pseudonym(key, "email", email)

        with fresh.shop_session(ShopId(shop.id)) as session, session.begin():
            for decision in decisions:
                take_again(session, decision, hidden)

    def _hear_products(self, live: ShopSession, fresh: Fresh, shop: ShopContext, as_of: datetime) -> None:
        """What was said of products, each at its own time."""
        desk = replace(self.desk, queue=NoQueue())
        with fresh.batch_session() as session:
            for portion in inbox.by_order(live, shop.domain, CATALOGUE_TOPICS, PORTION):
                with session.begin():
                    session.admit([shop.id])
                    for event in portion:
                        HANDLERS[event.topic](session, event, shop, desk, as_of)

    def _feed(
        self, live: ShopSession, fresh: Fresh, shop: ShopContext, as_of: datetime
    ) -> tuple[int, list[str]]:
        """One thread reckons while another waits for the database; portions share no order."""
        events, unreadable = 0, []

        def work(portion: list[StoredEvent]) -> list[str]:
            return _take(fresh, portion, shop, self.desk, as_of)

        under_way: deque[Future[list[str]]] = deque()
        with ThreadPoolExecutor(WRITERS) as pool:
            for portion in inbox.by_order(live, shop.domain, ORDER_TOPICS, PORTION):
                events += len(portion)
                under_way.append(pool.submit(work, portion))
                if len(under_way) > WRITERS:
                    unreadable += under_way.popleft().result()
            while under_way:
                unreadable += under_way.popleft().result()
        return events, unreadable


def _take(
    fresh: Fresh, portion: list[StoredEvent], shop: ShopContext, desk: Desk, as_of: datetime
) -> list[str]:
    """One portion in a transaction; done again when the database asks for it."""
    for last in (False, False, True):
        try:
            with fresh.batch_session() as session, session.begin():
                session.admit([shop.id])
                return replay_orders.take(session, portion, shop, desk, as_of)
        except Exception as error:
            if last or not is_transient(error):
                raise
    raise AssertionError("unreachable")


def _roll_up(session: BatchSession) -> None:
    while True:
        with session.begin():
            if not derive(session):
                return
