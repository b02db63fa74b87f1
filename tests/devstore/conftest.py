"""A devstore on a free port and an app that only listens."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from devstore import seed
from devstore.model import Shop
from devstore.oauth import EXCHANGE, ID_TOKEN, OFFLINE
from devstore.server import Running, running
from devstore.state import State
from devstore.webhooks.app_toml import configured
from tests.devstore.pages_world import app_pages, deliveries, html, open_app, pages
from tests.devstore.stripe_side import account, connect, outside, pays

__all__ = ["account", "app_pages", "connect", "deliveries", "html", "open_app", "outside", "pages", "pays"]

SHOP = seed.LUMEN
ALL_SCOPES = frozenset({
    "write_orders", "read_products", "write_customers", "write_discounts", "write_pixels", "read_customer_events",
    "read_marketing_events", "write_app_proxy",
})  # fmt: skip


@dataclass
class Heard:
    """One request that the listening app got."""

    headers: dict[str, str]
    raw: bytes

    @property
    def topic(self) -> str:
        return self.headers["x-shopify-topic"]

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw, parse_float=Decimal)
        return parsed


@dataclass
class Ear:
    """A listening app: answers what `answers` says (a list is used up first), else 200."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def of(self, topic: str) -> list[Heard]:
        return [one for one in self.heard if one.topic == topic]


@pytest.fixture
def ear() -> Iterator[Ear]:
    one = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            one.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, raw))
            self.send_response(one.answers.pop(0) if one.answers else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def state() -> State:
    made = State()
    made.app = configured(replace(made.app, scopes=ALL_SCOPES), None)
    seed.demo_shops(made)
    return made


@pytest.fixture
def shop(state: State) -> Shop:
    return state.shop(SHOP)


@dataclass
class Client:
    """What an app and a tester do over HTTP."""

    at: Running
    token: str = ""

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.at.url}/_control{path}", json=body, timeout=30)
        return answer.json() | {"status": answer.status_code} if answer.status_code >= 400 else answer.json()

    def ask_token(self, shop: str = SHOP, **changes: str) -> requests.Response:
        app = self.at.state.app
        body = {"client_id": app.client_id, "client_secret": app.client_secret, "grant_type": EXCHANGE,
                "subject_token_type": ID_TOKEN, "requested_token_type": OFFLINE, "expiring": "1"}  # fmt: skip
        if "subject_token" not in changes and "refresh_token" not in changes:
            body["subject_token"] = self.control("/id_token", {"shop": shop})["id_token"]
        url = f"{self.at.url}/shops/{shop}/admin/oauth/access_token"
        return requests.post(url, json=body | changes, timeout=30)

    def install(self, shop: str = SHOP) -> str:
        self.control(f"/shops/{shop}/install", {})
        self.token = self.ask_token(shop).json()["access_token"]
        return self.token

    def post(
        self, query: str, /, shop: str = SHOP, version: str = "2026-10", **variables: Any
    ) -> requests.Response:
        return requests.post(
            f"{self.at.url}/shops/{shop}/admin/api/{version}/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token},
            timeout=30,
        )

    def ask(self, query: str, /, shop: str = SHOP, **variables: Any) -> Any:
        answer = self.post(query, shop, **variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture
def client(state: State, ear: Ear) -> Iterator[Client]:
    state.app = replace(state.app, url=ear.url)
    with running(state) as at:
        made = Client(at)
        made.install()
        yield made


def document(name: str) -> str:
    """One of the documents the app may send."""
    return (Path(__file__).parent / "documents" / f"{name}.graphql").read_text()
