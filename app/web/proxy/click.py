"""POST /proxy/click: a creator's name in a storefront's address becomes a click. The theme embed asks, after consent."""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec

from app.kernel.clock import Clock
from app.kernel.errors import Invalid, Retriable
from app.shopify.app_proxy import NotFromShopify, shop_of
from app.tracking.model import slug_of
from app.web.go.book import Known
from app.web.go.own_code import CodeForVisit
from app.web.go.redirect import Noted, sender
from app.web.hooks.body import TurnedAway, read_body
from app.web.often import Often

PATH = "/proxy/click"
LARGEST = 8192
"""Bytes of a body."""
A_MINUTE = 60
"""Clicks from one address in one shop; a mall's Wi-Fi is one address."""

log = logging.getLogger(__name__)


class Asked(msgspec.Struct, frozen=True):
    """What the embed says."""

    ref: str
    page: str = ""
    """Path and query of the storefront's page."""
    referrer: str = ""


class Book(Protocol):
    """Knows links."""

    def get(self, slug: str) -> Known | None:
        """The link; None when it leads nowhere. Raises Retriable."""


class Notes(Protocol):
    """Writes visits down."""

    def note(self, environ: WSGIEnvironment, known: Known, noted: Noted) -> tuple[str, str]:
        """(the signed click, what became of it)."""


class ClickByName:
    """A WSGI app of one route.

    200 {"click", "code"}: the signed click, and the code to put into the cart, if any. 404: that name is nobody's
    in this shop. 400, 401, 405, 413, 429, 503: {"error"} says why. It sets no cookie: Shopify would drop it.
    """

    def __init__(
        self,
        *,
        book: Book,
        notes: Notes,
        codes: CodeForVisit,
        secrets: Sequence[str],
        clock: Clock,
        proxies: int,
    ) -> None:
        """`codes` are asked only where a program hands out codes of their own."""
        self._book, self._notes, self._codes = book, notes, codes
        self._secrets, self._clock = secrets, clock
        self._hops = proxies + 1
        """Shopify is one more that speaks for somebody else."""
        self._often = Often(A_MINUTE, 60)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, said = self._answer(environ)
        content = msgspec.json.encode(said)
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
        ]
        start_response(status, headers)
        return [content]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, dict[str, str | None]]:
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", {"error": "A click is told by POST."}
        try:
            shop = shop_of(environ.get("QUERY_STRING", ""), self._secrets, self._clock.now())
            if not self._often.allows(f"{shop} {sender(environ, self._hops)}"):
                return "429 Too Many Requests", {
                    "error": "Too many clicks from one address; try again in a minute."
                }
            return self._click(environ, shop, _asked(environ))
        except NotFromShopify as refusal:
            return "401 Unauthorized", {"error": str(refusal)}
        except TurnedAway as refusal:
            return refusal.status, {"error": str(refusal)}
        except Invalid as refusal:
            return "400 Bad Request", {"error": str(refusal)}

    def _click(self, environ: WSGIEnvironment, shop: str, asked: Asked) -> tuple[str, dict[str, str | None]]:
        slug = slug_of(asked.ref)
        try:
            known = self._book.get(slug) if slug is not None else None
        except Retriable as error:
            log.warning("The link %r is not known here and cannot be looked up: %s", slug, error)
            return "503 Service Unavailable", {"error": "Please try again in a minute."}
        # A slug is one in all shops: what leads to another one is nobody's here.
        if known is None or known.target.domain != shop:
            return "404 Not Found", {}
        query = asked.page.partition("?")[2]
        click, _ = self._notes.note(
            environ, known, Noted(query, asked.referrer, hops=self._hops, consented=True)
        )
        target = known.target
        code = self._codes(environ, target, click, self._hops) if target.hands_out else target.code
        return "200 OK", {"click": click, "code": code}


def _asked(environ: WSGIEnvironment) -> Asked:
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared.isdigit() and int(declared) > LARGEST:
        raise TurnedAway("413 Content Too Large", f"A click takes at most {LARGEST} bytes, not {declared}.")
    try:
        return msgspec.json.decode(read_body(environ)[:LARGEST], type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Invalid(f"The click cannot be read: {wrong}.") from None
