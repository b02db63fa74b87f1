"""A pretend shop with a few products, its pages on a free port, and an app of the test's own inside its admin."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from flask import Flask, Request, Response, request
from playwright.sync_api import FrameLocator, Page, expect
from werkzeug.serving import make_server

from devstore.model import Shop
from devstore.order_model import LineRequest, OrderRequest
from devstore.pages_index import add_pages
from devstore.state import AppConfig, State
from devstore.verbs.create_shop import add_product, create_shop
from devstore.verbs.discounts import create_discount
from devstore.verbs.install import install
from devstore.verbs.place_order import place_order

SECRET = "a-client-secret-of-the-tests-own-32b"


@dataclass
class Pages:
    """The devstore's pages on a port. `url` says localhost and the app 127.0.0.1: two sites, as in life."""

    state: State
    shop: Shop
    url: str


@dataclass
class AppPages:
    """An app that answers with the HTML the test put at a path, and keeps every request."""

    url: str = ""
    html: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)

    def requests_of(self, path: str) -> list[Request]:
        return [one for one in self.seen if one.path == path]


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1 until the block ends; answers the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def app_pages() -> Iterator[AppPages]:
    pages = AppPages()
    app = Flask("app_of_the_test", static_folder=None)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> Response:
        request.get_data()
        pages.seen.append(request._get_current_object())  # type: ignore[attr-defined]
        there = f"/{path}"
        if there in pages.answers:
            return pages.answers[there]
        return Response(pages.html.get(there, pages.html.get("*", "")), content_type="text/html")

    with served(app) as port:
        pages.url = f"http://127.0.0.1:{port}"
        yield pages


class NoCourier:
    """Nothing is delivered; `woken` counts how often the switches were looked at."""

    log: tuple[()] = ()
    woken = 0

    def wake(self) -> None:
        self.woken += 1


def a_test_order(state: State, shop: Shop, codes: Sequence[str]) -> dict[str, str]:
    """A test order was placed."""
    variant = next(iter(shop.products.values())).variants[0]
    order = place_order(state, shop, OrderRequest([LineRequest(variant.id)], codes=list(codes), test=True))
    return {"order": order.name}


@pytest.fixture
def deliveries() -> NoCourier:
    return NoCourier()


@pytest.fixture
def pages(app_pages: AppPages, deliveries: NoCourier) -> Iterator[Pages]:
    config = AppConfig(
        url=app_pages.url, client_secret=SECRET, scopes=frozenset({"read_orders", "write_discounts"})
    )
    state = State(app=config)
    shop = create_shop(
        state,
        "lumen.myshopify.com",
        name="Lumen Skincare",
        currency="EUR",
        timezone="Europe/Amsterdam",
        country="NL",
        shipping_price=Decimal("4.95"),
    )
    sizes = [("30 ml", Decimal(48)), ("50 ml", Decimal(72))]
    add_product(state, shop, "Dew Serum", Decimal(48), variants=sizes, product_type="Serum")
    add_product(state, shop, "Cloud Cream", Decimal(36))
    create_discount(state, shop, title="Main", value=Decimal(10), code="MARA10")
    install(state, shop)
    devstore = Flask("devstore")
    add_pages(devstore, state, deliveries, {"t11_test_order": a_test_order})
    with served(devstore) as port:
        yield Pages(state, shop, f"http://localhost:{port}")


Open = Callable[..., FrameLocator]


@pytest.fixture
def html(pages: Pages) -> Callable[[str], str]:
    """A page of the app around a body, with both scripts where the app's templates will name them."""
    cdn = f"{pages.url}/shopifycloud"

    def page_with(body: str) -> str:
        return f"""<!doctype html><html lang="en"><head><title>Tribute</title>
        <meta name="shopify-api-key" content="devstore-client-id">
        <meta name="shopify-shop" content="lumen.myshopify.com">
        <script src="{cdn}/app-bridge.js"></script><script src="{cdn}/polaris-1.js"></script></head>
        <body><s-app-nav><s-link href="/" rel="home">Home</s-link><s-link href="/creators">Creators</s-link>
        <s-link href="/settings">Settings</s-link></s-app-nav><main>{body}</main></body></html>"""

    return page_with


@pytest.fixture
def open_app(page: Page, pages: Pages, app_pages: AppPages, html: Callable[[str], str]) -> Open:
    """Show a body at every address of the app, in the admin; answers the frame once the admin knows the page."""

    def open_at(body: str = "", path: str = "settings", query: str = "") -> FrameLocator:
        app_pages.html["*"] = html(body)
        page.goto(f"{pages.url}/store/lumen/apps/tribute/{path}{query}")
        expect(page.locator("#app-menu a")).to_have_count(2)
        return page.frame_locator("#app-frame")

    return open_at
