"""POST /webhooks/shopify: every topic of every shop. Believes nothing but the signature and thinks about nothing."""

import logging
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import Counter

from app.inbox.model import Delivery, Source
from app.inbox.receive import NotStored
from app.kernel.clock import Clock
from app.shopify.hmac import verify_webhook
from app.web.hooks.body import TurnedAway, read_body
from app.web.hooks.headers import Headers, read_headers

PATH = "/webhooks/shopify"

log = logging.getLogger(__name__)

ANSWERS = Counter("tribute_webhooks", "Answers given to Shopify's webhooks, by status.", ["status"])


class Receives(Protocol):
    """Something that stores a delivery before it returns, or raises NotStored."""

    def receive(self, delivery: Delivery) -> None:
        """Store it durably."""


class ShopifyHook:
    """A WSGI app of one route.

    200: committed, or already there. 400, 401, 405, 408, 411, 413: not a delivery of Shopify's.
    503: not stored; Shopify sends it again, 8 times in 4 hours (Shopify webhooks, 2026-10).
    """

    def __init__(self, *, secrets: Sequence[str], receiver: Receives, clock: Clock) -> None:
        self._secrets = tuple(secrets)
        self._receiver = receiver
        self._clock = clock
        statuses = ("200", "400", "401", "405", "408", "411", "413", "503")
        self._count: dict[str, Callable[[], None]] = {s: ANSWERS.labels(s).inc for s in statuses}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            self._receiver.receive(self._delivery(environ))
        except TurnedAway as refusal:
            return self._answer(start_response, refusal.status, str(refusal))
        except NotStored as error:
            log.error("%s", error)  # noqa: TRY400 - the cause is in the sentence; a trace per webhook hides it
            return self._answer(
                start_response, "503 Service Unavailable", "Not stored; please send it again."
            )
        return self._answer(start_response, "200 OK", "")

    def _delivery(self, environ: WSGIEnvironment) -> Delivery:
        if environ["REQUEST_METHOD"] != "POST":
            raise TurnedAway("405 Method Not Allowed", f"{PATH} takes POST only.")
        headers = read_headers(environ)
        body = read_body(environ)
        self._verify(headers, body)
        return Delivery(
            shop_domain=headers.shop_domain,
            topic=headers.topic,
            webhook_id=headers.webhook_id,
            event_id=headers.event_id,
            source=Source.WEBHOOK,
            api_version=headers.api_version,
            triggered_at=headers.triggered_at or self._clock.now(),
            body=body,
            body_sha256=sha256(body).digest(),
        )

    def _verify(self, headers: Headers, body: bytes) -> None:
        if verify_webhook(body, headers.signature, self._secrets):
            return
        log.warning(
            "A webhook that calls itself %r of %r has a wrong signature; is SHOPIFY_API_SECRET the app's?",
            headers.topic,
            headers.shop_domain,
        )
        raise TurnedAway("401 Unauthorized", "The signature does not match the body.")

    def _answer(self, start_response: StartResponse, status: str, sentence: str) -> list[bytes]:
        self._count[status[:3]]()
        content = f"{sentence}\n".encode() if sentence else b""
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
        if status.startswith("405"):
            headers.append(("Allow", "POST"))
        start_response(status, headers)
        return [content]
