"""The route itself: know the link, write the visit down, send the shopper on. Nothing here waits for the database."""

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address
from typing import NamedTuple, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import Counter

from app.kernel.clock import Clock
from app.kernel.errors import Retriable
from app.tracking import token
from app.tracking.destination import step
from app.tracking.model import SLUG
from app.tracking.spool.record import LONGEST, Visited, line
from app.web.go.book import Known

PREFIX = "/r/"
LONGEST_QUERY = 1024
_COUNTRY = re.compile(r"[A-Z]{2}")
_NOWHERE = frozenset({"XX", "T1"})
"""What the proxy says of unknown places and of Tor."""

log = logging.getLogger(__name__)

ANSWERS = Counter("tribute_clicks", "Requests for short links, by what became of them.", ["outcome"])
_OUTCOMES: dict[str, Callable[[], None]] = {
    name: ANSWERS.labels(name).inc for name in ("recorded", "not_recorded", "unknown", "refused", "away")
}

Header = tuple[str, str]


class Book(Protocol):
    """Knows links."""

    def get(self, slug: str) -> Known | None:
        """The link; None when it leads nowhere. Raises Retriable."""


class Spool(Protocol):
    """Keeps visits."""

    def append(self, line: bytes) -> None:
        """Return when it is kept. Raises Retriable."""

    def note_loss(self, shop_id: int, at: datetime) -> None:
        """Count a visit of the shop that could not be kept."""


class Noted(NamedTuple):
    """What is told of a visit beside the request itself."""

    query: str
    referrer: str
    hops: int
    """How many in front of us tell whom they speak for."""
    consented: bool = False
    """The shopper agreed to marketing before it was told."""


class Redirect:
    """A WSGI app of one route.

    302: to the shop, whether or not the visit could be written down. 404: no such link. 405. 503: the link
    is not known here and the database is away. No cookie is set and none is read.
    """

    def __init__(
        self, *, book: Book, spool: Spool, secret_keys: Sequence[str], clock: Clock, proxies: int = 0
    ) -> None:
        """`proxies`: how many of the operator's own stand in front and tell whom they speak for."""
        self._book = book
        self._spool = spool
        self._key = token.token_keys(secret_keys)[0]
        self._print_key = hmac.digest(secret_keys[0].encode(), b"tribute visitor print 1", "sha256")
        self._clock = clock
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _say(start_response, "405 Method Not Allowed", "refused", "A link is followed by GET.")
        slug = environ["PATH_INFO"][len(PREFIX) :].lower()
        if SLUG.fullmatch(slug) is None:
            return _say(start_response, "404 Not Found", "unknown", "This link leads nowhere.")
        try:
            known = self._book.get(slug)
        except Retriable as error:
            log.warning("The link %r is not known here and cannot be looked up: %s", slug, error)
            return _say(start_response, "503 Service Unavailable", "away", "Please try again in a minute.")
        if known is None:
            return _say(start_response, "404 Not Found", "unknown", "This link leads nowhere.")
        return self._go(environ, start_response, known)

    def note(self, environ: WSGIEnvironment, known: Known, noted: Noted) -> tuple[str, str]:
        """Write a visit of the link down; (its signed click, what became of it)."""
        now, target = self._clock.now(), known.target
        click = token.ClickToken(target.shop_id, target.link_id, now, secrets.randbits(63))
        return token.write(click, self._key), self._record(self.visited(environ, click, noted))

    def _go(self, environ: WSGIEnvironment, start_response: StartResponse, known: Known) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")[:LONGEST_QUERY]
        signed, outcome = self.note(
            environ, known, Noted(query, environ.get("HTTP_REFERER", ""), self._proxies)
        )
        where = step(known.target, signed, query) if query else known.before + signed + known.after
        _OUTCOMES[outcome]()
        start_response("302 Found", [("Location", where), ("Cache-Control", "no-store"), *_ALWAYS])
        return [b""]

    def _record(self, visit: Visited) -> str:
        try:
            self._spool.append(line(visit))
        except Retriable as error:
            self._spool.note_loss(visit.shop_id, visit.at)
            log.error("%s", error)  # noqa: TRY400 - the cause is in the sentence
            return "not_recorded"
        return "recorded"

    def visited(self, environ: WSGIEnvironment, click: token.ClickToken, noted: Noted) -> Visited:
        """The visit as it is written down."""
        agent, ip = environ.get("HTTP_USER_AGENT", "")[:LONGEST], sender(environ, noted.hops)
        return Visited(
            shop_id=click.shop_id,
            link_id=click.link_id,
            click_id=click.click_id,
            at=click.at,
            prints=self._prints(ip, agent, click.at),
            agent=agent,
            referrer=noted.referrer[:LONGEST],
            query=noted.query[:LONGEST_QUERY],
            # Of a visit that Shopify forwards, our proxy saw only Shopify's server.
            country=_country(environ.get("HTTP_CF_IPCOUNTRY", "")) if noted.hops == self._proxies > 0 else "",
            is_fetch=environ["REQUEST_METHOD"] == "HEAD" or _nobody_looks(environ),
            consented=noted.consented,
            network=_digest(
                day_keys(self._print_key, click.at.date().toordinal())[0],
                network(ip).encode("utf-8", "replace"),
            ),
        )

    def senders(self, environ: WSGIEnvironment, click: token.ClickToken, hops: int) -> tuple[str, str]:
        """Digests of the address alone, under the key of the day and of the day before."""
        return self._prints(sender(environ, hops), "", click.at)

    def _prints(self, ip: str, agent: str, at: datetime) -> tuple[str, str]:
        who = f"{ip} {agent}".encode("utf-8", "replace")
        today, yesterday = day_keys(self._print_key, at.date().toordinal())
        return (_digest(today, who), _digest(yesterday, who))


def sender(environ: WSGIEnvironment, proxies: int) -> str:
    """Who sent the request: the address that the outermost of our own proxies saw; without one, the connection's.

    Whatever stands further left in X-Forwarded-For was written by the sender and proves nothing.
    """
    seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else ()
    found = seen[-proxies].strip() if len(seen) >= max(proxies, 1) else ""
    return found or environ.get("REMOTE_ADDR", "")


def network(ip: str) -> str:
    """What one household or machine holds: an address of version 4, the first half of one of version 6."""
    if ":" not in ip:
        return ip
    try:
        return str(int(IPv6Address(ip)) >> 64)
    except ValueError:
        return ip


@lru_cache(maxsize=4)
def day_keys(key: bytes, day: int) -> tuple[bytes, bytes]:
    """The keys of a day and of the day before: no digest can be compared with one of another week."""
    return tuple(hmac.digest(key, str(d).encode(), "sha256") for d in (day, day - 1))  # type: ignore[return-value]


def _digest(key: bytes, who: bytes) -> str:
    # Keyed BLAKE2 is a MAC by itself, at a fifth of HMAC's time; nothing that was stored hangs on it for more than a day.
    return blake2b(who, digest_size=12, key=key).hexdigest()


def _nobody_looks(environ: WSGIEnvironment) -> bool:
    purpose = (
        environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or environ.get("HTTP_X_MOZ") or ""
    )
    return "prefetch" in purpose or "prerender" in purpose or "preview" in purpose


def _country(given: str) -> str:
    return given if _COUNTRY.fullmatch(given) and given not in _NOWHERE else ""


_ALWAYS: tuple[Header, ...] = (("Content-Length", "0"), ("Referrer-Policy", "no-referrer-when-downgrade"))


def _say(start_response: StartResponse, status: str, outcome: str, sentence: str) -> list[bytes]:
    _OUTCOMES[outcome]()
    content = f"{sentence}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    if status.startswith("405"):
        headers.append(("Allow", "GET, HEAD"))
    if status.startswith("503"):
        headers.append(("Retry-After", "60"))
    start_response(status, headers)
    return [content]
