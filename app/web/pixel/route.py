"""POST /pixel: the web pixel of a storefront tells what becomes of a visit. Evidence, never truth: nothing here earns by itself.

Whoever has seen a storefront knows the account id in it, so everything that comes is a stranger's: bounded,
checked, and written down without asking the database. What it is worth is decided when it is loaded.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import Counter

from app.kernel.clock import Clock
from app.kernel.errors import Forbidden, Invalid, Retriable
from app.tracking.pixel import LARGEST, keys_of, seen
from app.tracking.spool.record import LONGEST, line
from app.web.go.redirect import sender
from app.web.go.ticking import TickingSpool
from app.web.hooks.body import TurnedAway, read_body
from app.web.often import Often

PATH = "/pixel"
A_MINUTE = 240
"""From one address: a shopper makes some ten events a minute, and a mall's Wi-Fi is one address."""
MOST = 256 * 1024 * 1024
"""Bytes that may wait for the database: a flood of events leaves the clicks' own room alone."""
CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "86400"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)
"""The sandbox of a pixel has no origin, so every origin may; no cookie is read and none is set."""

log = logging.getLogger(__name__)

EVENTS = Counter("tribute_pixel_events", "Events of web pixels, by what became of them.", ["outcome"])


class PixelEvents:
    """A WSGI app of one route, until it is closed.

    204: written down, or nothing to keep. 400, 403, 405, 411, 413, 429, 503: {"error"} says why.
    """

    def __init__(self, *, folder: Path, secret_keys: Sequence[str], clock: Clock, proxies: int) -> None:
        self._clock, self._proxies = clock, proxies
        self._keys = keys_of(secret_keys)
        self._often = Often(A_MINUTE, 60)
        self._kept = TickingSpool(folder, clock, most=MOST)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, sentence = self._answer(environ)
        EVENTS.labels(status[:3]).inc()
        content = json.dumps({"error": sentence}).encode() if sentence else b""
        kind = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        start_response(status, [*CORS, *(kind if content else ())])
        return [content]

    def close(self) -> None:
        """Bring what was written to the disk."""
        self._kept.close()

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, str]:
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return "204 No Content", ""
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", "An event is told by POST."
        if not self._often.allows(sender(environ, self._proxies)):
            return "429 Too Many Requests", "Too many events from one address; try again in a minute."
        return self._told(environ)

    def _told(self, environ: WSGIEnvironment) -> tuple[str, str]:
        try:
            self._take(_body(environ), environ.get("HTTP_USER_AGENT", "")[:LONGEST])
        except TurnedAway as refusal:
            return refusal.status, str(refusal)
        except Invalid as refusal:
            return "400 Bad Request", str(refusal)
        except Forbidden as refusal:
            return "403 Forbidden", str(refusal)
        except Retriable as error:
            log.error("%s", error)  # noqa: TRY400 - the cause is in the sentence
            return "503 Service Unavailable", "The event cannot be kept now."
        return "204 No Content", ""

    def _take(self, body: bytes, agent: str) -> None:
        found = seen(body, agent, self._clock.now(), self._keys)
        if found is not None:
            self._kept.spool.append(line(found))


def _body(environ: WSGIEnvironment) -> bytes:
    declared = environ.get("CONTENT_LENGTH") or ""
    is_large = declared.isdecimal() and (len(declared) > len(str(LARGEST)) or int(declared) > LARGEST)
    body = b"" if is_large else read_body(environ)
    if not body or len(body) > LARGEST:
        raise TurnedAway("413 Content Too Large", f"An event has 1 to {LARGEST} bytes.")
    return body
