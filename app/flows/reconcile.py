"""Compare Shopify's orders with ours and feed what we lack into the inbox.

Shopify does not promise that webhooks arrive. So every 15 minutes what changed since the last time is
read page by page, each night and after the install the last 60 days by a bulk query. A run is a row
that says how far it is: killed anywhere, the next to come goes on with it. One run of a shop at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import requests

from app.db.locks import NamedLocks
from app.db.session import ShopSession
from app.flows.reconcile_feed import Feeder, Reached, Seen, ended, failed
from app.kernel.clock import Clock
from app.kernel.errors import Conflict, NotFound, Permanent, RefusedError, Retriable, Unknown
from app.kernel.ids import ShopId
from app.reconciliation import store
from app.reconciliation.model import OVERLAP, REACH, Kind, Method, Run, State
from app.shopify import bulk_file, bulk_orders
from app.shopify.admin_api import ShopAPI
from app.shopify.bulk_file import BadFile, FileGone
from app.shopify.bulk_orders import Stage
from app.shopify.errors import AccessDenied, BadRequest, UserErrors
from app.shopify.order_pages import changed_orders
from app.shops import store as shops

LOCK = "reconcile {shop_id}"
PORTION = 500
"""Orders compared by one statement and fed by one commit."""

MOST_BULK_TRIES = 2
"""Then the pages are read instead: slower, but they need nothing of Shopify but answers."""

BULK_PATIENCE = timedelta(hours=12)
"""A bulk query that takes longer is given up."""


class ShopIsOffline(Conflict):
    """There is nothing to compare with: the shop was registered without Shopify."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"{domain} was registered offline, so there are no orders of Shopify's to compare with."
        )


class UnderWay(Conflict):
    """One run of a shop at a time."""

    def __init__(self) -> None:
        super().__init__("Another check of this shop's orders is under way; ask again when it is over.")


class NoSuchRun(NotFound):
    """It was never made, or is forgotten by now."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"There is no check of orders {run_id}.")


@dataclass(frozen=True)
class Reconciler:
    """What comparing reaches for. Every step commits by itself, none is open while Shopify is asked."""

    open_session: Callable[[ShopId], ShopSession]
    shop_api: Callable[[ShopId], ShopAPI]
    http: requests.Session
    locks: NamedLocks
    clock: Clock
    pause_ms: Callable[[int], None]

    def sweep(self, shop_id: ShopId, *, until: datetime) -> Run | None:
        """What changed up to `until`, since the last time. None: somebody else is at it.

        Raises Retriable when Shopify can't be asked now; any other failure is written on the run.
        """
        with self.locks.try_hold(LOCK.format(shop_id=shop_id)) as got:
            if not got:
                return None
            with self._write(shop_id) as session:
                swept_to = store.swept_to(session)
                since = swept_to - OVERLAP if swept_to else until - REACH
                run = self._resumed(session, Kind.SWEEP, Method.PAGES, since=since, until=until)
            return self._guarded(shop_id, run, self._read_pages)

    def ask(self, shop_id: ShopId, since: datetime | None, method: Method) -> Run:
        """What a person asked for; by pages it is over when this returns, by bulk query perhaps not.

        Everything that has changed since, by default in the last 60 days. Raises UnderWay and Retriable.
        """
        now = self.clock.now()
        with self.locks.try_hold(LOCK.format(shop_id=shop_id)) as got:
            if not got:
                raise UnderWay
            with self._write(shop_id) as session:
                run = self._fresh(session, Kind.ASKED, method, since=since or now - REACH, until=now)
            return self._guarded(shop_id, run, self._step)

    def begin(self, shop_id: ShopId, kind: Kind) -> Run | None:
        """Begin a check of 60 days, or go on with the one under way. None: somebody else is at it."""
        now = self.clock.now()
        with self.locks.try_hold(LOCK.format(shop_id=shop_id)) as got:
            if not got:
                return None
            with self._write(shop_id) as session:
                run = self._resumed(session, kind, Method.BULK, since=now - REACH, until=now)
            return self._guarded(shop_id, run, self._step)

    def go_on(self, shop_id: ShopId, run_id: int) -> Run | None:
        """The next step of a run. None: it is over already, or somebody else is at it."""
        with self.locks.try_hold(LOCK.format(shop_id=shop_id)) as got:
            with self._write(shop_id) as session:
                run = store.find(session, run_id)
            if not got or run is None or run.state is not State.RUNNING:
                return None
            return self._guarded(shop_id, run, self._step)

    def stands(self, shop_id: ShopId, run_id: int) -> Run:
        """How far a run is, whoever is at it. Raises NoSuchRun."""
        with self._write(shop_id) as session:
            run = store.find(session, run_id)
        if run is None:
            raise NoSuchRun(run_id)
        return run

    def _resumed(
        self, session: ShopSession, kind: Kind, method: Method, *, since: datetime, until: datetime
    ) -> Run:
        """The run of that method that is under way, or a new one: a killed one is brought to its end."""
        held = store.under_way(session, method)
        return held or store.begin(session, kind, method, since=since, until=until, now=self.clock.now())

    def _fresh(
        self, session: ShopSession, kind: Kind, method: Method, *, since: datetime, until: datetime
    ) -> Run:
        held, now = store.under_way(session, method), self.clock.now()
        if held is not None:
            failed(session, held, "Another check was asked for before this one was over.", now)
        return store.begin(session, kind, method, since=since, until=until, now=now)

    def _guarded(self, shop_id: ShopId, run: Run, step: Callable[[ShopAPI, Run], Run]) -> Run:
        """Do the step, and write on the run why it failed: the Health page tells it."""
        try:
            return step(self._api(shop_id), run)
        except Retriable as away:
            with self._write(shop_id) as session:
                store.change(session, run, failure=str(away)[:2000])
            raise
        except (Permanent, Unknown, RefusedError) as refused:
            with self._write(shop_id) as session:
                return failed(session, run, str(refused), self.clock.now())

    def _api(self, shop_id: ShopId) -> ShopAPI:
        with self.open_session(shop_id) as session:
            shop = shops.get(session, shop_id)
        if shop.offline:
            raise ShopIsOffline(shop.domain)
        return self.shop_api(shop_id)

    def _step(self, api: ShopAPI, run: Run) -> Run:
        if run.method is Method.PAGES or run.bulk_tries >= MOST_BULK_TRIES:
            return self._read_pages(api, run)
        if run.bulk_gid is None:
            return self._begin_bulk(api, run)
        return self._look(api, run, run.bulk_gid)

    def _begin_bulk(self, api: ShopAPI, run: Run) -> Run:
        """Ask for the bulk query. What is asked for carries the run's own mark, so that it is asked for once."""
        mark = f"{run.id}x{run.bulk_tries}"
        try:
            gid = bulk_orders.find(api, mark) or bulk_orders.begin(api, run.since, mark)
        except Unknown:
            return run  # It may have been begun: the next step looks for it.
        except (UserErrors, AccessDenied, BadRequest):
            return self._write_down(api, run, bulk_tries=MOST_BULK_TRIES)
        return self._write_down(api, run, bulk_gid=gid)

    def _look(self, api: ShopAPI, run: Run, gid: str) -> Run:
        look = bulk_orders.look(api, gid)
        match look.stage:
            case Stage.UNDER_WAY:
                if self.clock.now() - run.begun_at < BULK_PATIENCE:
                    return run
                bulk_orders.give_up(api, gid)
                return self._try_again(api, run, "it took too long")
            case Stage.DONE:
                return self._read_file(api, run, look.url)
            case Stage.GONE:
                return self._read_part(api, run, look.url, look.why)

    def _read_file(self, api: ShopAPI, run: Run, url: str | None) -> Run:
        try:
            if url is not None:
                self._stream(api, run, url, whole=True)
        except (FileGone, BadFile) as unusable:
            return self._try_again(api, run, str(unusable))
        return self._end(api, run)

    def _read_part(self, api: ShopAPI, run: Run, url: str | None, why: str) -> Run:
        """What was written before it ended is of use; the rest is asked for again."""
        try:
            if url is not None:
                self._stream(api, run, url, whole=False)
        except (FileGone, BadFile) as unusable:
            why = f"{why}; {unusable}"
        return self._try_again(api, run, why)

    def _stream(self, api: ShopAPI, run: Run, url: str, *, whole: bool) -> None:
        feeder = Feeder(run, api, self.open_session, self.clock)
        orders = bulk_file.orders(self.http, url, offset=run.file_offset, whole=whole, pause_ms=self.pause_ms)
        while portion := list(islice(orders, PORTION)):
            seen = [Seen(order.stub(), order.document) for order in portion]
            feeder.take(seen, Reached(file_offset=portion[-1].ends))

    def _read_pages(self, api: ShopAPI, run: Run) -> Run:
        """By updated_at from where it is. Only sweeps stop at their `until`: the next takes what comes later."""
        feeder = Feeder(run, api, self.open_session, self.clock)
        since = run.reached_at - OVERLAP if run.reached_at else run.since
        until = run.until if run.kind is Kind.SWEEP else None
        for page in changed_orders(api, max(since, run.since), until):
            seen = [Seen(stub, _nothing) for stub in page]
            feeder.take(seen, Reached(reached_at=page[-1].updated_at if page else None))
        return self._end(api, run)

    def _try_again(self, api: ShopAPI, run: Run, why: str) -> Run:
        """Another bulk query, or the pages after too many. What was fed stays fed and is not counted twice."""
        why = f"Shopify's list of orders could not be had as a whole: {why}. It is asked for again."
        facts = {"bulk_gid": None, "bulk_tries": run.bulk_tries + 1, "file_offset": 0, "read": 0}
        return self._write_down(api, run, **facts, failure=why[:2000])

    def _end(self, api: ShopAPI, run: Run) -> Run:
        with self._write(api.shop_id) as session:
            over = ended(session, run, self.clock.now())
            shops.change(session, api.shop_id, last_reconciled_at=self.clock.now())
            return over

    def _write_down(self, api: ShopAPI, run: Run, **facts: object) -> Run:
        with self._write(api.shop_id) as session:
            return store.change(session, run, **facts)

    @contextmanager
    def _write(self, shop_id: ShopId) -> Iterator[ShopSession]:
        with self.open_session(shop_id) as session, session.begin():
            yield session


def _nothing() -> None:
    """A page of changes holds no whole order."""
