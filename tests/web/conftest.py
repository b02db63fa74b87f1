"""The pages, served on a free port to a real browser, with the stand-ins of Shopify's scripts."""

import threading
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import WSGIRequestHandler, make_server

from app.web.app import create_app
from app.web.portal.application import create_portal
from app.wiring import Wiring
from devstore.pages_cdn import app_bridge_script, polaris_script
from tests.conftest import NOW, PATIENCE_MS
from tests.databases import Lent
from tests.pretend_shopify import SHOP, id_token
from tests.web.creator import MARA, Person, sign_in
from tests.web.demo_shop import seeded
from tests.web.shop import Shop

CDN = "https://cdn.shopify.com"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Say nothing: the test says what matters."""


@pytest.fixture
def app(wiring: Wiring) -> Flask:
    return create_app(wiring)


SEEDED = "seeded"


@pytest.fixture
def world(wiring: Wiring, lent: Lent) -> Shop:
    """A shop with creators, orders and two months of figures. Made once for each process."""
    kept = lent.bring_back(SEEDED)
    if isinstance(kept, Shop):
        world = copy(kept)
        world.wiring = wiring
        return world
    made = seeded(wiring)
    lent.lay_aside(SEEDED, copy(made))
    return made


@pytest.fixture
def merchant(app: Flask) -> FlaskClient:
    """A client that is let in as staff of the shop, where they were seen before."""
    app.extensions["tribute.met"] = {(1, "42")}
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW)}"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-US"
    return client


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The origin of the served pages."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class Look:
    """Opens pages of the site as staff of the shop would see them."""

    browser: Browser
    site: str

    def __call__(
        self, path: str, *, width: int = 1280, polaris: str = "on", locale: str = "en-US", shop: str = SHOP
    ) -> Page:
        """The page at `path`. `polaris`: on or blocked."""
        headers = {"Authorization": f"Bearer {id_token(NOW, shop=shop)}", "Accept-Language": locale}
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, extra_http_headers=headers
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        _serve_scripts(page, polaris)
        page.goto(self.site + path)
        return page


def _serve_scripts(page: Page, polaris: str) -> None:
    page.route(f"{CDN}/**", lambda route: route.abort())
    page.route(f"{CDN}/shopifycloud/app-bridge.js", script(app_bridge_script))
    if polaris == "on":
        page.route(f"{CDN}/shopifycloud/polaris-1.js", script(polaris_script))


def script(source: Callable[[], str]) -> Callable[[Route], None]:
    """Answers a request of the page with that source."""
    return lambda route: route.fulfill(body=source(), content_type="text/javascript")


@pytest.fixture
def look(browser: Browser, site: str, world: Shop) -> Look:
    """Opens pages of a shop with figures."""
    return Look(browser, site)


@pytest.fixture
def portal(wiring: Wiring, world: Shop) -> Flask:
    """The creators' own pages of a shop with figures."""
    return create_portal(wiring, proxies=0)


@pytest.fixture
def mara(portal: Flask, wiring: Wiring, world: Shop) -> Person:
    """Mara, signed in; the merchant typed her address with capitals."""
    world.run("update creators set email = 'Mara@Example.com' where handle = 'mara' and shop_id = :shop")
    return sign_in(portal, wiring, world.shop_id, MARA)
