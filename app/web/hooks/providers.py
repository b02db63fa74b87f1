"""POST /webhooks/stripe/<token>, /webhooks/paypal/<token>: what providers tell, stored before anything thinks about it.

The bare addresses are those of the one shop whose keys are in the environment.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import Counter

from app.flows.provider_events import topic
from app.inbox.model import Delivery, Source
from app.inbox.receive import NotStored
from app.kernel.clock import Clock
from app.kernel.errors import Forbidden, Retriable
from app.kernel.ids import ShopId
from app.payouts.provider import Notice, Provider, Tells
from app.web.hooks.body import TurnedAway, read_body
from app.web.hooks.headers import LONGEST
from app.web.hooks.shopify import Receives

PREFIXES = ("/webhooks/stripe", "/webhooks/paypal")
LARGEST = 512 * 1024
"""Bytes; an event of theirs has a few thousand."""
_PARTS = 3

log = logging.getLogger(__name__)

ANSWERS = Counter(
    "tribute_provider_webhooks",
    "Answers given to providers' webhooks, by provider and status.",
    ["provider", "status"],
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """The shop that an address belongs to."""

    shop_id: ShopId
    domain: str


class ProviderHooks:
    """A WSGI app of these routes.

    200: committed, or already there. 401: not the provider's. 404: nobody's address. 400, 405, 408, 411, 413: no
    delivery. 503: not stored, or nobody could say whose it is; both providers send it again for days.
    """

    def __init__(
        self,
        *,
        whose: Callable[[str, str], Addressee | None],
        tellers: Callable[[ShopId], Mapping[str, Provider]],
        receiver: Receives,
        clock: Clock,
    ) -> None:
        """`whose`: by provider and token; the token of a bare address is empty."""
        self._whose = whose
        self._tellers = tellers
        self._receiver = receiver
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        provider, token = _address(environ["PATH_INFO"])
        try:
            self._receiver.receive(self._delivery(environ, provider, token))
        except TurnedAway as refusal:
            return _answer(start_response, provider, refusal.status, str(refusal))
        except Forbidden as forged:
            log.warning("A webhook that calls itself %s's was turned away: %s", provider, forged)
            return _answer(start_response, provider, "401 Unauthorized", str(forged))
        except (NotStored, Retriable) as error:
            log.error("%s", error)  # noqa: TRY400 - the cause is in the sentence
            return _answer(
                start_response, provider, "503 Service Unavailable", "Not stored; please send it again."
            )
        return _answer(start_response, provider, "200 OK", "")

    def _delivery(self, environ: WSGIEnvironment, provider: str, token: str) -> Delivery:
        if environ["REQUEST_METHOD"] != "POST":
            raise TurnedAway("405 Method Not Allowed", "Webhooks come by POST.")
        shop = self._whose(provider, token) if provider else None
        teller: object = self._tellers(shop.shop_id).get(provider) if shop is not None else None
        if shop is None or not isinstance(teller, Tells):
            raise TurnedAway("404 Not Found", "No shop takes webhooks here.")
        body = read_body(environ)
        if len(body) > LARGEST:
            raise TurnedAway("413 Content Too Large", f"The body is larger than {LARGEST // 1024} KiB.")
        notice = teller.verify(_headers(environ), body)
        return self._as_event(shop, provider, notice, body)

    def _as_event(self, shop: Addressee, provider: str, notice: Notice, body: bytes) -> Delivery:
        name = notice.id
        if not 0 < len(name) <= LONGEST or not (name.isascii() and name.isprintable()):
            raise TurnedAway("400 Bad Request", "The event has no id.")
        return Delivery(
            shop_domain=shop.domain,
            topic=topic(provider),
            webhook_id=name,
            event_id=name,
            source=Source.WEBHOOK,
            api_version=None,
            triggered_at=self._clock.now(),
            body=body,
            body_sha256=sha256(body).digest(),
        )


def _address(path: str) -> tuple[str, str]:
    """Provider and token of `/webhooks/<provider>[/<token>]`; empty where it is neither."""
    parts = path.strip("/").split("/")
    known = {prefix.rpartition("/")[2] for prefix in PREFIXES}
    if len(parts) > _PARTS or len(parts) < _PARTS - 1 or parts[1] not in known:
        return "", ""
    token = parts[2] if len(parts) == _PARTS else ""
    return (parts[1], token) if len(token) <= LONGEST and token.isascii() and "\0" not in token else ("", "")


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """By lower-case names, as they came."""
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }


def _answer(start_response: StartResponse, provider: str, status: str, sentence: str) -> list[bytes]:
    ANSWERS.labels(provider or "none", status[:3]).inc()
    content = f"{sentence}\n".encode() if sentence else b""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    if status.startswith("405"):
        headers.append(("Allow", "POST"))
    start_response(status, headers)
    return [content]
