"""/proxy/...: pages of the store that Shopify draws in the merchant's theme. A creator's page is one; each other has a name."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.db.engine import DatabaseError
from app.db.faults import is_transient
from app.db.session import ShopSession
from app.kernel.clock import Clock
from app.kernel.errors import Retriable
from app.kernel.ids import ShopId
from app.shopify.app_proxy import NotFromShopify, shop_of
from app.shops.model import ShopRecord, Status
from app.web.go.redirect import sender
from app.web.proxy.liquid import TYPE, page

PREFIX = "/proxy/"
BARE = b"{% layout none %}\n"
"""Shopify's word for Liquid that is drawn without the theme."""
OFTEN = RateLimitItemPerMinute(120)
"""From one address in one shop; a mall's Wi-Fi is one address."""

log = logging.getLogger(__name__)


class Asked(NamedTuple):
    """One request that Shopify forwarded."""

    environ: WSGIEnvironment
    shop: ShopRecord
    path: str
    """Below the page's own name, without slashes around it."""
    sender: str


class Said(NamedTuple):
    """An answer: Liquid, where nothing else is said."""

    status: HTTPStatus
    content: bytes
    kind: str = TYPE


class StorePage(Protocol):
    """One page, or the pages below one name."""

    methods: frozenset[str]

    def __call__(self, asked: Asked) -> Said:
        """The answer. Raises Retriable."""


def say(status: HTTPStatus, title: str, sentence: str) -> Said:
    """A page that says one thing."""
    return Said(status, page("say", title=title, sentence=sentence))


class StorePages:
    """A WSGI app. No cookie is set and none is read: Shopify drops them.

    200, 404, 405, 413, 429, 503: Liquid, in the theme's own layout. 401: text, for whoever did not come through Shopify.
    """

    def __init__(
        self,
        *,
        creator: StorePage,
        named: Mapping[str, StorePage],
        find_shop: Callable[[str], ShopRecord | None],
        secrets: Sequence[str],
        clock: Clock,
        proxies: int,
    ) -> None:
        """`named`: pages by the first part of their address; `creator` is asked about all others."""
        self._creator, self._named, self._find_shop = creator, named, find_shop
        self._secrets, self._clock = secrets, clock
        self._hops = proxies + 1
        """Shopify is one more that speaks for somebody else."""
        self._limit = FixedWindowRateLimiter(MemoryStorage())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            shop = shop_of(environ.get("QUERY_STRING", ""), self._secrets, self._clock.now())
            said = _as_asked(environ, self._answer(environ, shop))
        except NotFromShopify as refusal:
            said = Said(HTTPStatus.UNAUTHORIZED, f"{refusal}\n".encode(), "text/plain; charset=utf-8")
        headers = [
            ("Content-Type", said.kind),
            ("Content-Length", str(len(said.content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if said.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", "60"))
        start_response(f"{said.status.value} {said.status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else said.content]

    def _answer(self, environ: WSGIEnvironment, domain: str) -> Said:
        who = sender(environ, self._hops)
        if not self._limit.hit(OFTEN, domain, who):
            return say(
                HTTPStatus.TOO_MANY_REQUESTS, "One moment", "That was very often. Try again in a minute."
            )
        name, _, rest = environ["PATH_INFO"].removeprefix(PREFIX).strip("/").partition("/")
        found = self._named.get(name)
        route, path = (self._creator, f"{name}/{rest}".rstrip("/")) if found is None else (found, rest)
        if environ["REQUEST_METHOD"] not in route.methods:
            return say(HTTPStatus.METHOD_NOT_ALLOWED, "Not like this", "This page can only be looked at.")
        try:
            shop = self._find_shop(domain)
            if shop is None or shop.status not in {Status.INSTALLED, Status.NEEDS_REAUTH}:
                return not_here()
            return route(Asked(environ, shop, path, who))
        except (Retriable, DatabaseError) as error:
            if isinstance(error, DatabaseError) and not is_transient(error):
                raise
            log.warning("A page of the store cannot be shown: %s", error)
            return say(
                HTTPStatus.SERVICE_UNAVAILABLE, "One moment", "This page is away. Try again in a minute."
            )


def _as_asked(environ: WSGIEnvironment, said: Said) -> Said:
    """With `part=1` the page comes without the theme around it: a block of ours puts it into a page that has one."""
    wanted = parse_qs(environ.get("QUERY_STRING", "")).get("part") == ["1"]
    return said._replace(content=BARE + said.content) if wanted and said.kind == TYPE else said


def not_here() -> Said:
    """Nobody's address."""
    return say(
        HTTPStatus.NOT_FOUND,
        "Page not found",
        "There is nothing at this address any more, or there never was.",
    )


OpenSession = Callable[[ShopId], ShopSession]
"""Opens a session of one shop; a context manager."""
