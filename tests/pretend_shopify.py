"""A pretend Shopify of a few lines for one test: answers what it was told to, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import jwt
from werkzeug.serving import WSGIRequestHandler, make_server

SHOP = "lumen.myshopify.com"
API_KEY = "test-key"
SECRET = "shpss_0123456789abcdef0123456789abcdef"

Answer = tuple[int, dict[str, str], Any]
"""Status, headers, and a body: JSON, or bytes as they are."""


def id_token(at: datetime, *, shop: str = SHOP, secret: str = SECRET, **changed: Any) -> str:
    """An ID token as Shopify makes it at that instant; `changed` claims replace its own, None leaves one out."""
    now = int(at.timestamp())
    claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": API_KEY,
        "sub": "42",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087",
        "sid": "aaea182f2732d44c23057c0fea584021a4485b2bd25d3eb7fd349313ad24c685",
        **changed,
    }
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm="HS256")


def shop_answer(scopes: tuple[str, ...] = ("read_orders", "write_discounts")) -> Answer:
    """What the shop query gets."""
    shop = {"id": "gid://shopify/Shop/1", "name": "Lumen", "myshopifyDomain": SHOP, "taxesIncluded": True}
    shop |= {"currencyCode": "EUR", "ianaTimezone": "Europe/Amsterdam"}
    installation = {"id": "gid://shopify/AppInstallation/1", "accessScopes": [{"handle": s} for s in scopes]}
    return (
        200,
        {"X-Shopify-API-Version": "2026-10"},
        {"data": {"shop": shop, "currentAppInstallation": installation}},
    )


@dataclass
class PretendShopify:
    """Tokens are issued in order: access-1, refresh-1, access-2, ... GraphQL answers come from `graphql`."""

    graphql: Callable[[dict[str, Any], str], Answer] = lambda _body, _token: shop_answer()
    token_answer: Callable[[dict[str, Any]], Answer] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Every body, with `path` and `token` added."""
    issued: int = 0
    origin: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked_for(self, key: str, value: str) -> list[dict[str, Any]]:
        """The requests whose body had that value."""
        return [body for body in self.asked if body.get(key) == value]

    def pair(self) -> Answer:
        """The next pair of tokens, expiring as Shopify's do."""
        with self.lock:
            self.issued += 1
            number = self.issued
        tokens = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
        lives = {"expires_in": 3600, "refresh_token_expires_in": int(timedelta(days=90).total_seconds())}
        return 200, {}, {**tokens, **lives, "scope": "read_orders,write_discounts"}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        token = environ.get("HTTP_X_SHOPIFY_ACCESS_TOKEN", "")
        with self.lock:
            self.asked.append({**body, "path": environ["PATH_INFO"], "token": token})
        if environ["PATH_INFO"].endswith("/oauth/access_token"):
            status, headers, content = self.token_answer(body) if self.token_answer else self.pair()
        else:
            status, headers, content = self.graphql(body, token)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        start_response(f"{status} Said", [("Content-Length", str(len(raw))), *headers.items()])
        return [raw]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's own name
        """Say nothing: the test says what matters."""


@contextmanager
def served(shopify: PretendShopify) -> Iterator[PretendShopify]:
    """The pretend Shopify on a free port of this machine; its `origin` is set."""
    server = make_server("127.0.0.1", 0, shopify, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    shopify.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shopify
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
