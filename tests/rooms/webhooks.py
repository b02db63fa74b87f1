"""Deliveries as Shopify makes them, for tests; signs for itself, so that it can disagree with the app."""

import base64
import hashlib
import hmac
import io
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from tests.conftest import API_SECRET

BODY = b'{"id": 450789469, "updated_at": "2026-11-22T12:00:00Z"}'


def signed(body: bytes, secret: str = API_SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def delivery(body: bytes = BODY, *, family: str = "HTTP_X_SHOPIFY_", **headers: str) -> dict[str, Any]:
    """A WSGI environ of one good delivery; headers by their name in capitals, such as TOPIC."""
    given = {
        "HMAC_SHA256": signed(body),
        "TOPIC": "orders/create",
        "SHOP_DOMAIN": "lumen.myshopify.com",
        "WEBHOOK_ID": "w-1",
        "API_VERSION": "2026-10",
        "TRIGGERED_AT": "2026-11-22T11:59:58.123456789Z",
    }
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/shopify",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{family + name: value for name, value in (given | headers).items()},
    }


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """One request, without any server between."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None, /) -> Any:
        started[:] = [status, dict(headers)]
        return lambda _written: None

    content = b"".join(app(environ, start_response))
    return Answer(started[0], started[1], content)
