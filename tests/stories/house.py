"""A whole house for a story: pretend Shopify, app and worker, each on its own port, one clock for all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.engine import URL
from werkzeug.serving import make_server

from app.config import Settings
from app.flows.work import Loops
from app.kernel.ids import ShopId
from app.shops.store import ShopContext, contexts
from app.wiring import Wiring, build
from app.wsgi import Application
from devstore.clock import Clock as DevClock
from devstore.model import Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.pages_embed import STAFF, id_token
from devstore.seed import LUMEN, demo_shops
from devstore.server import Quiet, Running, running
from devstore.state import AppConfig, State
from devstore.verbs.install import install
from devstore.verbs.place_order import place_order
from devstore.webhooks.app_toml import configured

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = timedelta(seconds=30)
"""E31 allows ten between an order and the page that shows it, on a machine of one's own. Shared cores stand still longer."""


class SharedClock:
    """The devstore's clock, as the app reads it."""

    def __init__(self, lent: DevClock) -> None:
        self._lent = lent

    def now(self) -> datetime:
        return self._lent.now()


@dataclass
class House:
    """Everything a story needs; verbs read as what a person would do."""

    devstore: Running
    app_url: str
    wiring: Wiring

    @property
    def state(self) -> State:
        return self.devstore.state

    @property
    def shop(self) -> Shop:
        return self.state.shop(LUMEN)

    @property
    def context(self) -> ShopContext:
        with self.wiring.platform_session() as session:
            return contexts(session, [LUMEN])[LUMEN]

    @property
    def shop_id(self) -> ShopId:
        return ShopId(self.context.id)

    @property
    def admin(self) -> str:
        """The app inside the admin's frame, as a merchant opens it."""
        return f"{self.devstore.url}/store/lumen/apps/tribute"

    @property
    def storefront(self) -> str:
        return f"{self.devstore.url}/shop/lumen"

    def ask(self, method: str, path: str, **form: str | list[str]) -> requests.Response:
        """A request as nav.js sends it: with a fresh ID token."""
        token = id_token(self.state, self.shop, STAFF["owner"])
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(
            method, self.app_url + path, data=form or None, headers=headers, timeout=20, allow_redirects=False
        )

    def order(self, *codes: str, product: str = "serum", quantity: int = 1, **more: Any) -> Order:
        variant = self.shop.product_by_handle(product).variants[0].id
        asked = OrderRequest(lines=[LineRequest(variant, quantity)], codes=list(codes), **more)
        return place_order(self.state, self.shop, asked)

    def set_terms(self, **terms: str) -> None:
        """What a merchant types in on the page for a new program: creators earn 12 %, shoppers save 10 %."""
        usual = {"name": "Main", "window_days": "30", "hold_days": "30", "rate": "12", "discount": "10"}
        answer = self.ask("POST", "/programs", **(usual | terms))
        assert answer.status_code == 303, answer.text

    def add_creator(self, name: str, handle: str, code: str) -> None:
        """What a merchant fills in on the page for a new creator."""
        form = {
            "name": name,
            "email": f"{handle}@example.com",
            "handle": handle,
            "program": "main",
            "code": code,
        }
        answer = self.ask("POST", "/creators", **form)
        assert answer.status_code == 303, answer.text

    def matured(self) -> None:
        """The maturity loop has come round: it looks twice a minute, which is no time for a story to wait."""
        loops = Loops(self.wiring.batch_session, self.wiring.desk, self.wiring.clock)
        while loops.mature():
            pass
        # The worker may have been at it: what it holds is skipped above, and is there once it has committed.
        self.until(lambda: self._overdue() == 0, "what is due has matured")

    def _overdue(self) -> int:
        query = text("select count(*) from credits where matures_at <= :now and not matured and not flagged")
        with self.wiring.shop_session(self.shop_id) as session:
            return int(session.execute(query, {"now": self.state.now}).scalar_one())

    def awarded(self) -> None:
        """The loop of what is owed without an order has come round: it looks once in a shop's day."""
        Loops(self.wiring.batch_session, self.wiring.desk, self.wiring.clock).award()

    def is_quiet(self) -> bool:
        """Whether nothing waits that could change an order: no event, no mark, no decision, no question to Shopify."""
        waits = text(
            "select (select count(*) from inbox where state = 'new') + (select count(*) from fraud_dirty) "
            "+ (select count(*) from rejudge) + (select count(*) from procrastinate_jobs "
            "where status in ('todo', 'doing') and task_name in ('orders.reread', 'orders.reevaluate'))"
        )
        with self.wiring.platform_session() as session:
            return int(session.execute(waits).scalar_one()) == 0

    def until(self, holds: Callable[[], object], what: str, within: timedelta = DEADLINE) -> None:
        """Wait for it. Only a story that fails waits as long as it may."""
        ticks = threading.Event()
        for _ in range(int(within.total_seconds() * 20)):
            if holds():
                return
            ticks.wait(0.05)
        pytest.fail(f"after {within.total_seconds():.0f} s still not so: {what}")


def _serve(application: WSGIApplication | None) -> Any:
    return make_server("127.0.0.1", 0, application or (lambda *_: []), threaded=True, request_handler=Quiet)


@pytest.fixture
def house(database: URL, tmp_path: Path) -> Iterator[House]:
    """Lumen has the app installed and nothing in it; a worker is at work."""
    with open_house(database, tmp_path) as opened:
        yield opened


@contextmanager
def open_house(database: URL, data: Path) -> Iterator[House]:
    """The same for as long as it is held: stories that do not disturb each other may share one."""
    server = _serve(None)
    app_url = f"http://127.0.0.1:{server.server_port}"
    config = configured(AppConfig(client_id="story", url=app_url), ROOT / "shopify.app.toml")
    state = State(app=replace(config, url=app_url), clock=DevClock())
    demo_shops(state)
    with running(state) as devstore:
        wiring = build(_settings(database, data, app_url, devstore.url, config), SharedClock(state.clock))
        application = Application(wiring)
        server.app = application
        stop = threading.Event()
        threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,)),
            threading.Thread(target=wiring.job_worker.run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        threads += Loops(wiring.batch_session, wiring.desk, wiring.clock, spool=wiring.settings.spool).start(
            stop
        )
        try:
            yield _open(House(devstore, app_url, wiring))
        finally:
            stop.set()
            server.shutdown()
            for thread in threads:
                thread.join(20)
            server.server_close()
            application.close()
            wiring.engine.dispose()


def _open(house: House) -> House:
    install(house.state, house.shop)
    assert house.ask("GET", "/").status_code == 200
    return house


def _settings(database: URL, data: Path, app_url: str, devstore: str, config: AppConfig) -> Settings:
    return Settings(
        database_url=database.render_as_string(hide_password=False),
        data=data,
        url=app_url,
        secret_keys=(Fernet.generate_key().decode(),),
        shopify_api_key=config.client_id,
        shopify_api_secret=config.client_secret,
        shopify_admin_origin=devstore,
        shopify_cdn_origin=devstore,
        provider_bases={name: f"{devstore}/pretend/{name}" for name in ("stripe", "paypal")},
    )
