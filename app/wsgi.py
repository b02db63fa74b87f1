"""What the web server loads: `app.wsgi:application`. Hot routes by path, everything else to Flask."""

from collections.abc import Iterable
from functools import cached_property
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.config import read
from app.db.driver import Driver
from app.inbox.receive import Receiver
from app.payouts import provider_store
from app.shops import store as shops_store
from app.tracking.destination import STEP
from app.tracking.spool.writer import PIXEL
from app.web import health
from app.web.go.open_route import ShortLinks
from app.web.go.own_code import Give
from app.web.go.redirect import PREFIX
from app.web.hooks import providers, shopify
from app.web.pixel import route as pixel
from app.web.proxy import click, pages
from app.wiring import Wiring, build

API = "/api/"
"""What merchants' own servers ask for."""
PORTAL = "/portal"
"""The creators' own pages."""


class Application:
    """Dispatches by path. Flask is loaded by the first request that needs it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._loading = Lock()
        self.driver = Driver(wiring.engine.url, size=2)
        self.driver.open()
        receiver = Receiver(self.driver)
        hook = shopify.ShopifyHook(secrets=wiring.settings.api_secrets, receiver=receiver, clock=wiring.clock)
        self._provider_hooks = providers.ProviderHooks(
            whose=self._whose_hook, tellers=wiring.cashier.providers, receiver=receiver, clock=wiring.clock
        )
        watch = health.Health(sessions=wiring.platform_session, clock=wiring.clock)
        self._links = ShortLinks(
            folder=wiring.settings.spool,
            driver=self.driver,
            clock=wiring.clock,
            secret_keys=wiring.settings.secret_keys,
            admin_origin=wiring.settings.shopify_admin_origin,
            proxies=wiring.settings.trusted_proxies,
            give=self._hand_out,
        )
        by_name = click.ClickByName(
            book=self._links.book,
            notes=self._links.route,
            codes=self._links.codes,
            secrets=wiring.settings.api_secrets,
            clock=wiring.clock,
            proxies=wiring.settings.trusted_proxies,
        )
        self._pixel = pixel.PixelEvents(
            folder=wiring.settings.spool / PIXEL,
            secret_keys=wiring.settings.secret_keys,
            clock=wiring.clock,
            proxies=wiring.settings.trusted_proxies,
        )
        self._routes: dict[str, WSGIApplication] = {
            shopify.PATH: hook,
            click.PATH: by_name,
            pixel.PATH: self._pixel,
            **dict.fromkeys(health.PATHS, watch),
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            return self._links.route(environ, start_response)
        if path.startswith(STEP):
            return self._links.own_codes(environ, start_response)
        if path.startswith(providers.PREFIXES):
            return self._provider_hooks(environ, start_response)
        if path.startswith(API):
            return self._in_api(environ, start_response)
        if path == PORTAL or path.startswith(PORTAL + "/"):
            return self._in_portal(environ, start_response)
        usual = self._in_store if path.startswith(pages.PREFIX) else self._pages
        return self._routes.get(path, usual)(environ, start_response)

    def close(self) -> None:
        """Give up what the hot routes hold."""
        self._links.close()
        self._pixel.close()
        self.driver.close()

    @cached_property
    def _flask(self) -> WSGIApplication:
        from app.web.app import create_app

        return create_app(self._wiring)

    @cached_property
    def _portal(self) -> WSGIApplication:
        from app.web.portal.application import create_portal

        return create_portal(self._wiring, proxies=self._wiring.settings.trusted_proxies)

    @cached_property
    def _store_pages(self) -> WSGIApplication:
        from app.web.proxy.shown import store_pages

        known = self._wiring.settings
        held = self._wiring
        return store_pages(held.gate, held.desk, secret_keys=known.secret_keys, proxies=known.trusted_proxies)

    @cached_property
    def _api(self) -> dict[str, WSGIApplication]:
        from app.web.api.route import routes

        held = self._wiring
        return routes(
            open_session=held.shop_session,
            desk=held.desk,
            clock=held.clock,
            proxies=held.settings.trusted_proxies,
        )

    def _whose_hook(self, provider: str, token: str) -> providers.Addressee | None:
        """The shop of an address; of the bare one the sole shop of the installation, if its keys are ours."""
        known = self._wiring.settings
        with self._wiring.platform_session() as session:
            if token:
                shop_id = provider_store.shop_of(session, provider, token)
                shop = shops_store.find(session, shop_id) if shop_id is not None else None
            elif known.sole_shop is not None and provider in known.provider_keys:
                shop = shops_store.find_by_domain(session, known.sole_shop)
            else:
                shop = None
        return providers.Addressee(shop.id, shop.domain) if shop is not None else None

    def _hand_out(self) -> Give:
        from app.flows.hand_out import HandOut

        return HandOut(self._wiring.shop_session, self._wiring.queue, self._wiring.clock)

    def _in_api(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._loading:
            api = self._api
        from app.web.api.route import not_found

        return api.get(environ["PATH_INFO"], not_found)(environ, start_response)

    def _in_portal(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._loading:
            portal = self._portal
        return portal(environ, start_response)

    def _in_store(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._loading:
            shown = self._store_pages
        return shown(environ, start_response)

    def _pages(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._loading:  # cached_property alone would load it in several threads at once.
            flask = self._flask
        return flask(environ, start_response)


def __getattr__(name: str) -> Any:
    """Make `application` when a server asks for it, so that importing this module reads no environment."""
    if name != "application":
        raise AttributeError(name)
    globals()["application"] = Application(build(read()))
    return globals()["application"]
