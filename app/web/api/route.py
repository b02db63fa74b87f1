"""POST /api/v1/events: a merchant's server tells of a lead. Bounded, strict, and idempotent by the sender's own key.

Source: docs/api.md.
"""

import hmac
import json
import logging
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.db.engine import DatabaseError
from app.db.faults import is_transient
from app.db.session import ShopSession
from app.flows.desk import Desk
from app.flows.take_lead import Told, read, take
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId
from app.leads.model import ACTION, Source
from app.shops import store as shops
from app.shops.api_key import Presented, presented
from app.shops.model import Status
from app.shops.store import api_keys
from app.web.go.redirect import sender
from app.web.hooks.body import TurnedAway, read_body

PATH = "/api/v1/events"
LARGEST = 16_384
"""Bytes of an event."""
OFTEN = RateLimitItemPerMinute(600)
"""With one key."""
STRANGERS = RateLimitItemPerMinute(30)
"""Requests without a key that works, from one address."""
REMEMBERED = 10_000
"""Keys that worked, in this process; the table of the shop decides about each of them all the same."""
_ONCE = re.compile(r"[!-~]{1,150}")
log = logging.getLogger(__name__)


class Event(msgspec.Struct, forbid_unknown_fields=True):
    """The body. Every field but `action` may be left out."""

    action: str
    email: str | None = None
    install_id: str | None = None
    name: str | None = None
    note: str | None = None
    click: str | None = None
    visitor: str | None = None
    ref: str | None = None
    code: str | None = None
    at: datetime | None = None


LONGEST = {"install_id": 150, "name": 200, "note": 4000, "click": 64, "visitor": 64, "ref": 64, "code": 255}
_decoder = msgspec.json.Decoder(Event)


class Events:
    """A WSGI app of one route.

    201: taken. 200: told before. 400, 401, 403, 405, 411, 413, 422, 429, 503: {"error"} says why, and what to do.
    """

    def __init__(
        self, *, open_session: Callable[[ShopId], ShopSession], desk: Desk, clock: Clock, proxies: int
    ) -> None:
        self._open_session, self._desk, self._clock, self._proxies = open_session, desk, clock, proxies
        self._limit = FixedWindowRateLimiter(MemoryStorage())
        self._print_key = secrets.token_bytes(32)
        self._worked: dict[bytes, None] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        more: list[tuple[str, str]] = []
        try:
            status, said = self._take(environ)
        except TurnedAway as refusal:
            status, said = refusal.status, {"error": str(refusal)}
        except Invalid as refusal:
            status, said = "422 Unprocessable Content", {"error": str(refusal)}
        except DatabaseError as error:
            if not is_transient(error):
                raise
            log.warning("An event of the API was not taken: %s", error)
            status, said = (
                "503 Service Unavailable",
                {"error": "The event was not taken. Send it again in a minute."},
            )
        content = json.dumps(said).encode()
        if status[:3] in {"429", "503"}:
            more = [("Retry-After", "60")]
        if status[:3] == "401":
            more = [("WWW-Authenticate", "Bearer")]
        start_response(status, [
            ("Content-Type", "application/json"), ("Content-Length", str(len(content))), ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"), *more,
        ])  # fmt: skip
        return [content]

    def _take(self, environ: WSGIEnvironment) -> tuple[str, dict[str, str]]:
        if environ["REQUEST_METHOD"] != "POST":
            raise TurnedAway("405 Method Not Allowed", "An event is told by POST.")
        key, now = self._key(environ), self._clock.now()
        event = _event(environ)
        told = _told(event, _once(environ, event), now)
        with self._open_session(key.shop_id) as session, session.begin():
            shop = shops.contexts_by_id(session, [key.shop_id]).get(key.shop_id)
            if shop is None or api_keys.uses(session, key.digest, now) is None:
                self._worked.pop(key.digest, None)
                raise self._stranger(environ)
            self._remember(key.digest)
            shop_key = self._desk.shop_key(shop)
            if shop.status not in {Status.INSTALLED, Status.NEEDS_REAUTH} or shop_key is None:
                raise TurnedAway(
                    "403 Forbidden", "The app is not installed in this shop. Install it, then try again."
                )
            sent = read(told, shop_key, now)
            is_new = take(session, self._desk.queue, shop.id, sent)
        return ("201 Created", {"id": sent.ref, "result": "taken"}) if is_new else (
            "200 OK", {"id": sent.ref, "result": "known"}
        )  # fmt: skip

    def _key(self, environ: WSGIEnvironment) -> Presented:
        scheme, _, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        found = presented(text.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise self._stranger(environ)
        # Whoever guesses is stopped here, before the database is asked; a key that works speaks from the same address.
        if found.digest not in self._worked and not self._limit.test(STRANGERS, self._address(environ)):
            raise _too_strange()
        if not self._limit.hit(OFTEN, found.digest.hex()):
            raise TurnedAway(
                "429 Too Many Requests",
                f"More than {OFTEN.amount} events in a minute with this key. Try again in a minute.",
            )
        return found

    def _remember(self, digest: bytes) -> None:
        if len(self._worked) >= REMEMBERED:
            self._worked.clear()
        self._worked[digest] = None

    def _address(self, environ: WSGIEnvironment) -> str:
        """A digest that means nothing outside of this process: no address is kept, not even in memory."""
        who = sender(environ, self._proxies).encode("utf-8", "replace")
        return hmac.digest(self._print_key, who, "sha256").hex()

    def _stranger(self, environ: WSGIEnvironment) -> TurnedAway:
        if not self._limit.hit(STRANGERS, self._address(environ)):
            return _too_strange()
        return TurnedAway(
            "401 Unauthorized",
            "No key that works. Send the header 'Authorization: Bearer tribute_...' with one of Settings, API keys.",
        )


def _too_strange() -> TurnedAway:
    return TurnedAway(
        "429 Too Many Requests", "Too many requests without a key that works. Try again in a minute."
    )


def _event(environ: WSGIEnvironment) -> Event:
    declared = environ.get("CONTENT_LENGTH") or ""
    is_large = declared.isdecimal() and (len(declared) > len(str(LARGEST)) or int(declared) > LARGEST)
    body = b"" if is_large else read_body(environ)
    if is_large or len(body) > LARGEST:
        raise TurnedAway("413 Content Too Large", f"An event has at most {LARGEST} bytes.")
    try:
        event = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TurnedAway("400 Bad Request", f"The body is no event: {error}.") from None
    for name, most in LONGEST.items():
        text: Any = getattr(event, name)
        if text is not None and (not 0 < len(text) <= most or "\0" in text):
            raise Invalid(f"{name} has {len(text)} characters; send 1 to {most}, or leave it out.")
    if ACTION.fullmatch(event.action) is None:
        raise Invalid("action: use up to 40 small letters, digits and _, such as newsletter or app_download.")
    return event


def _once(environ: WSGIEnvironment, event: Event) -> str:
    """What names the event: the install where there is one, else the sender's own key."""
    if event.install_id is not None:
        return f"{event.action} {event.install_id}"
    once: str = environ.get("HTTP_IDEMPOTENCY_KEY", "")
    if _ONCE.fullmatch(once) is None:
        raise TurnedAway(
            "400 Bad Request",
            "Send the header Idempotency-Key with 1 to 150 visible characters, the same for each try of one event.",
        )
    return once


def _told(event: Event, key: str, now: datetime) -> Told:
    if event.at is not None and event.at.tzinfo is None:
        raise Invalid("at: an instant needs its zone, such as 2026-11-22T12:00:00Z.")
    contact = {name: text for name in ("name", "note") if (text := getattr(event, name)) is not None}
    return Told(
        source=Source.API,
        key=key,
        action=event.action,
        at=event.at or now,
        email=event.email,
        install_id=event.install_id,
        visitor=event.visitor,
        click=event.click,
        slug=event.ref,
        code=event.code,
        contact=contact,
    )


def not_found(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Any other address below /api/."""
    content = json.dumps(
        {"error": f"There is nothing at this address. Events are told by POST {PATH}."}
    ).encode()
    status = HTTPStatus.NOT_FOUND
    start_response(
        f"{status.value} {status.phrase}",
        [("Content-Type", "application/json"), ("Content-Length", str(len(content)))],
    )
    return [content]


def routes(
    *, open_session: Callable[[ShopId], ShopSession], desk: Desk, clock: Clock, proxies: int
) -> dict[str, WSGIApplication]:
    """The API by path."""
    return {PATH: Events(open_session=open_session, desk=desk, clock=clock, proxies=proxies)}
