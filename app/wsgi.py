"""What the web server loads: `app.wsgi:application`. Hot routes by exact path, everything else to Flask."""

from collections.abc import Iterable
from functools import cached_property
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.config import read
from app.db.driver import Driver
from app.inbox.receive import Receiver
from app.web import health
from app.web.hooks import shopify
from app.wiring import Wiring, build


class Application:
    """Dispatches by path. Flask is loaded by the first request that needs it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._loading = Lock()
        self.driver = Driver(wiring.engine.url, size=2)
        self.driver.open()
        hook = shopify.ShopifyHook(
            secrets=wiring.settings.api_secrets, receiver=Receiver(self.driver), clock=wiring.clock
        )
        watch = health.Health(sessions=wiring.platform_session, clock=wiring.clock)
        self._routes: dict[str, WSGIApplication] = {shopify.PATH: hook, **dict.fromkeys(health.PATHS, watch)}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        route = self._routes.get(environ["PATH_INFO"])
        return (route or self._pages)(environ, start_response)

    def close(self) -> None:
        """End the connections of the hot routes."""
        self.driver.close()

    @cached_property
    def _flask(self) -> WSGIApplication:
        from app.web.app import create_app

        return create_app(self._wiring)

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
