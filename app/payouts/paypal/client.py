"""PayPal's API over the pooled session: a token until it runs out, one request, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import HTTPBasicAuth

from app.kernel.clock import Clock
from app.kernel.errors import Permanent, Retriable, Unknown

TIMEOUT = (3.05, 30.0)
"""Seconds to connect, and between two bytes of an answer."""
SCOPE = "https://uri.paypal.com/payments/payouts"
_EARLY = timedelta(minutes=1)
_FAULTS = 500
_LATER = frozenset({408, 425, 429})


class NoAnswer(Unknown):
    """It was asked, and nothing that can be read came back: it may or may not have happened."""

    def __init__(self) -> None:
        super().__init__("PayPal gave no answer: it may or may not have been done.")


class Away(Retriable):
    """It could not even be asked: nothing happened."""

    def __init__(self) -> None:
        super().__init__("PayPal could not be reached. Try again in a few minutes.")


class NotLetIn(Permanent):
    """The client id and secret are not accepted."""

    def __init__(self) -> None:
        super().__init__(
            "PayPal does not accept the client ID and secret. Copy both from the same app, live or sandbox."
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and the object that came with it; empty where it was none."""

    status: int
    body: Mapping[str, Any]

    @property
    def is_fault(self) -> bool:
        """PayPal's own: it says nothing of what happened."""
        return self.status >= _FAULTS

    @property
    def is_too_early(self) -> bool:
        """Nothing was done; the same may be asked later."""
        return self.status in _LATER

    @property
    def name(self) -> str:
        """What PayPal calls the error."""
        return str(self.body.get("name", ""))[:64]


@dataclass
class _Token:
    value: str
    scope: str
    ends_at: datetime


@dataclass
class PaypalClient:
    """One app at PayPal. Safe to share between threads; follows no redirect and repeats nothing but what was not let in."""

    http: requests.Session
    clock: Clock
    base: str
    client_id: str
    secret: str = field(repr=False)
    _token: _Token | None = field(default=None, repr=False)
    _guard: Lock = field(default_factory=Lock, repr=False)

    def get(self, *parts: str, **query: str | int) -> Reply:
        """Ask for what is there. Raises NoAnswer, Away, NotLetIn."""
        return self._ask("GET", parts, params=query)

    def post(self, *parts: str, body: bytes) -> Reply:
        """Do something. Raises NoAnswer when it may have been done, Away and NotLetIn when it was not."""
        return self._ask("POST", parts, data=body)

    def scope(self) -> str:
        """What this app may do, in PayPal's words. Raises Away, NotLetIn."""
        return self._fresh(rejected=None).scope

    def _ask(self, method: str, parts: tuple[str, ...], **request: Any) -> Reply:
        token = self._fresh(rejected=None)
        reply = self._send(method, parts, token, **request)
        if reply.status != requests.codes.unauthorized:
            return reply
        # Nothing was done without a token that holds: the same may be asked with a new one.
        reply = self._send(method, parts, self._fresh(rejected=token.value), **request)
        if reply.status == requests.codes.unauthorized:
            raise NotLetIn
        return reply

    def _send(self, method: str, parts: tuple[str, ...], token: _Token, **request: Any) -> Reply:
        path = "/".join(quote(part, safe="") for part in parts)
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"}
        try:
            answer = self.http.request(
                method,
                f"{self.base}/v1/{path}",
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                **request,
            )
        except requests.ConnectTimeout:
            raise Away from None
        except requests.RequestException:
            raise NoAnswer from None
        return Reply(answer.status_code, _object(answer))

    def _fresh(self, rejected: str | None) -> _Token:
        with self._guard:
            held = self._token
            if held is None or held.value == rejected or self.clock.now() >= held.ends_at:
                held = self._token = self._new_token()
            return held

    def _new_token(self) -> _Token:
        try:
            answer = self.http.post(
                f"{self.base}/v1/oauth2/token",
                data={"grant_type": "client_credentials"},
                auth=HTTPBasicAuth(self.client_id, self.secret),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException:
            raise Away from None
        if answer.status_code in {400, 401, 403}:
            raise NotLetIn
        told = _object(answer)
        value, lives = told.get("access_token"), told.get("expires_in")
        if not (answer.ok and isinstance(value, str) and isinstance(lives, int)):
            raise Away
        return _Token(value, str(told.get("scope", "")), self.clock.now() + timedelta(seconds=lives) - _EARLY)


def _object(answer: requests.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
