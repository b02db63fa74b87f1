"""GET /c/<slug>/<token>: the step after a short link, at which a visitor gets a code of their own, and on to the shop.

Only links of programs that hand out codes lead here. Whatever goes wrong, the shopper is led to the shop: a code
is worth less than a visit.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import Counter

from app.db.engine import DatabaseError
from app.db.faults import is_transient
from app.kernel.clock import Clock
from app.kernel.errors import Retriable
from app.tracking import token
from app.tracking.agents import is_machine
from app.tracking.destination import STEP, Target, address
from app.tracking.model import SLUG
from app.tracking.single_use import Visitor, is_fresh
from app.tracking.spool.record import Visited
from app.web.go.book import Known
from app.web.go.redirect import LONGEST_QUERY, Noted

OFTEN = RateLimitItemPerMinute(60)
"""From one address in one shop; then links work as if no code were left."""

log = logging.getLogger(__name__)

Give = Callable[[int, Visitor, str | None], str | None]
"""(shop id, who asks, what the link puts into the cart otherwise) to the code for the cart."""

CODES = Counter("tribute_codes_asked_for", "Visits that asked for a code of their own.", ["outcome"])


class Book(Protocol):
    """Knows links."""

    def get(self, slug: str) -> Known | None:
        """The link; None when it leads nowhere. Raises Retriable."""


class Sees(Protocol):
    """Knows visits by their requests."""

    def visited(self, environ: WSGIEnvironment, click: token.ClickToken, noted: Noted) -> Visited:
        """The visit as it is written down."""

    def senders(self, environ: WSGIEnvironment, click: token.ClickToken, hops: int) -> tuple[str, str]:
        """Digests of the address alone, under the key of the day and of the day before."""


class CodeForVisit:
    """The code that goes into the cart of a visit."""

    def __init__(
        self, *, give: Callable[[], Give], sees: Sees, secret_keys: Sequence[str], clock: Clock
    ) -> None:
        """`give` is asked for when it is first needed: most installations never hand out a code."""
        self._make, self._sees, self._clock = give, sees, clock
        self._keys = token.token_keys(secret_keys)
        self._limit = FixedWindowRateLimiter(MemoryStorage())

    def __call__(self, environ: WSGIEnvironment, target: Target, signed: str, hops: int) -> str | None:
        """A code of their own, the creator's, or none. `signed`: the click. Never raises for a database that is away."""
        click = token.read(signed, self._keys)
        if click is None or click.link_id != target.link_id or not is_fresh(click.at, self._clock.now()):
            return target.code
        visit = self._sees.visited(environ, click, Noted("", "", hops))
        if is_machine(visit):
            CODES.labels("machine").inc()
            return None
        senders = self._sees.senders(environ, click, hops)
        if not self._limit.hit(OFTEN, str(target.shop_id), senders[0]):
            CODES.labels("too_often").inc()
            return target.code
        return self._ask(target, Visitor(target.link_id, click.click_id, visit.prints, senders))

    def _ask(self, target: Target, visitor: Visitor) -> str | None:
        try:
            code = self._give(target.shop_id, visitor, target.code)
        except (Retriable, DatabaseError) as error:
            # A fault of ours is told in full, and yet the shopper is not stopped by it.
            ours = isinstance(error, DatabaseError) and not is_transient(error)
            log.log(
                logging.ERROR if ours else logging.WARNING,
                "No code can be handed out for the link %r: %s",
                target.slug,
                error,
                exc_info=ours,
            )
            CODES.labels("away").inc()
            return target.code
        CODES.labels("given" if code else "none").inc()
        return code

    @cached_property
    def _give(self) -> Give:
        return self._make()


class OwnCodes:
    """A WSGI app of one route.

    302: to the shop, by way of its page that puts the code into the cart, if there is one. 404: no such link.
    405. 503: the link is not known here and the database is away. No cookie is set and none is read.
    """

    def __init__(self, *, book: Book, codes: CodeForVisit, proxies: int) -> None:
        self._book, self._codes, self._proxies = book, codes, proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _say(
                start_response, "405 Method Not Allowed", "A link is followed by GET.", ("Allow", "GET, HEAD")
            )
        slug, _, signed = environ["PATH_INFO"][len(STEP) :].partition("/")
        try:
            known = self._book.get(slug) if SLUG.fullmatch(slug) and len(signed) == token.LENGTH else None
        except Retriable as error:
            log.warning("The link %r is not known here and cannot be looked up: %s", slug, error)
            later = ("Retry-After", "60")
            return _say(start_response, "503 Service Unavailable", "Please try again in a minute.", later)
        if known is None:
            return _say(start_response, "404 Not Found", "This link leads nowhere.")
        code = self._codes(environ, known.target, signed, self._proxies)
        query = environ.get("QUERY_STRING", "")[:LONGEST_QUERY]
        where = address(msgspec.structs.replace(known.target, code=code), signed, query)
        headers = [("Location", where), ("Cache-Control", "no-store"), ("Content-Length", "0")]
        start_response("302 Found", [*headers, ("Referrer-Policy", "no-referrer-when-downgrade")])
        return [b""]


def _say(start_response: StartResponse, status: str, sentence: str, *more: tuple[str, str]) -> list[bytes]:
    content = f"{sentence}\n".encode()
    length = ("Content-Length", str(len(content)))
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), length, *more])
    return [content]
