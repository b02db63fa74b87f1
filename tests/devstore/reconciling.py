"""A connected shop whose webhooks all get lost, for tests of the comparison with Shopify's orders."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import text

from app.config import Settings
from app.flows.reconcile import Reconciler
from app.flows.work import Loops
from app.jobs.queue import Job
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.reconciliation.model import Kind, Method, Run, State
from app.wiring import Wiring, build
from devstore.model import Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.server import running
from devstore.state import State as DevState
from devstore.switches import ApiSwitches
from devstore.verbs.install import install
from devstore.verbs.place_order import place_order
from tests.devstore.test_the_app_asks import connect


@dataclass
class Scene:
    """A connected shop whose webhooks all get lost: nobody listens at the app's address."""

    app: Wiring
    state: DevState
    shop: Shop
    shop_id: ShopId

    @property
    def api(self) -> ApiSwitches:
        return self.state.switches.api

    def order(self, **more: Any) -> Order:
        variant = self.shop.product_by_handle("serum").variants[0].id
        return place_order(self.state, self.shop, OrderRequest([LineRequest(variant)], **more))

    def orders(self, number: int) -> list[Order]:
        return [self.order() for _ in range(number)]

    def wait(self, **by: int) -> None:
        self.state.clock.move(timedelta(**by))
        assert isinstance(self.app.clock, FixedClock)
        self.app.clock.at = self.state.now

    def ask(self, method: Method = Method.PAGES, since: datetime | None = None) -> Run:
        run = self.app.reconciler.ask(self.shop_id, since, method)
        while run.state is State.RUNNING:
            again = self.app.reconciler.go_on(self.shop_id, run.id)
            run = again or self.app.reconciler.stands(self.shop_id, run.id)
        return run

    def counts(self, method: Method = Method.PAGES) -> tuple[int, int, int]:
        run = self.ask(method)
        assert run.state is State.DONE, run.failure
        return run.read, run.missing, run.fed

    def check(self, reconciler: Reconciler, method: Method) -> Run:
        """A sweep, or a whole check of 60 days."""
        if method is Method.PAGES:
            swept = reconciler.sweep(self.shop_id, until=self.state.now)
            assert swept is not None
            return swept
        run = reconciler.begin(self.shop_id, Kind.NIGHTLY)
        while run is not None and run.state is State.RUNNING:
            run = reconciler.go_on(self.shop_id, run.id)
        assert run is not None
        return run

    def calls(self) -> int:
        """Questions to the Admin API so far."""
        answer = requests.get(f"{self.app.settings.shopify_admin_origin}/_control/state", timeout=9)
        calls: int = answer.json()["api_calls"]
        return calls

    def sweep(self) -> Run | None:
        return self.app.reconciler.sweep(self.shop_id, until=self.state.now)

    def drain(self) -> None:
        Loops(self.app.batch_session, self.app.desk, self.app.clock).finish()

    def held(self) -> dict[int, str]:
        """Order id to financial status, as our books have it."""
        return {
            row.id: row.status
            for row in self.rows("select id, facts ->> 'financial_status' as status from orders")
        }

    def rows(self, query: str) -> list[Any]:
        with self.app.shop_session(self.shop_id) as session:
            return list(session.execute(text(query)))

    def job(self, name: str) -> Job:
        (found,) = (job for job in self.app.jobs if job.name == name)
        return found


class Patience:
    """Does not sleep: it brings the pretend time forward and remembers."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def scene(settings: Settings, state: DevState, shop: Shop, patience: Patience) -> Iterator[Scene]:
    with running(state) as at:
        ours = replace(
            settings,
            shopify_admin_origin=at.url,
            shopify_api_key=state.app.client_id,
            shopify_api_secret=state.app.client_secret,
        )
        install(state, shop)
        state.switches.delivery.paused = True
        wiring = build(ours, FixedClock(state.now))
        wiring.__dict__["reconciler"] = replace(wiring.reconciler, pause_ms=lambda ms: patience(ms / 1000))
        wiring.__dict__["admin_api"] = replace(wiring.admin_api, pause=patience)
        record = connect(wiring, state, shop)
        yield Scene(wiring, state, shop, record.id)
        wiring.http.close()
        wiring.engine.dispose()


@pytest.fixture(params=[Method.PAGES, Method.BULK])
def method(request: pytest.FixtureRequest) -> Method:
    found: Method = request.param
    return found


class Killed(BaseException):
    """The worker is gone: nothing after this line of its runs."""


class DiesAfter:
    """A clock whose owner is killed when it looks at it for the nth time."""

    def __init__(self, clock: Any, looks: int) -> None:
        self.clock, self.looks = clock, looks

    def now(self) -> datetime:
        self.looks -= 1
        if self.looks < 0:
            raise Killed
        found: datetime = self.clock.now()
        return found
