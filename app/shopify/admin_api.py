"""The Admin API of one shop: sends a document, waits when told to, renews its token, and sorts every outcome."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from prometheus_client import Counter
from urllib3.exceptions import NewConnectionError

from app.kernel.ids import ShopId
from app.shopify import answers
from app.shopify.answers import Data, Wait
from app.shopify.documents import Document, load
from app.shopify.domain import admin_url
from app.shopify.errors import NeedsReauth, ShopifyDown, Throttled
from app.shopify.http import TIMEOUT
from app.shopify.library import version_path

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0
"""How long one call may wait for its allowance altogether, before the job is put back instead."""

OTHER_VERSION = Counter(
    "tribute_shopify_other_version_total",
    "Answers that Shopify gave in another API version than the one asked for",
    ["served"],
)


class AccessTokens(Protocol):
    """Where tokens come from (TokenSource; later also application-only tokens)."""

    def access_token(self, shop_id: ShopId, *, rejected: str | None = None) -> str:
        """A token that is not the rejected one."""

    def needs_reauth(self, shop_id: ShopId) -> None:
        """Even a fresh token was rejected."""


@dataclass(frozen=True)
class AdminAPI:
    """What all shops share: the pool, the tokens, the version."""

    http: requests.Session
    tokens: AccessTokens
    version: str
    admin_origin: str | None
    pause: Callable[[float], None]
    """Sleeps; tests pass one that only counts."""
    jitter: Callable[[], float]
    """Between 0 and 1: spreads waiting workers, so that they do not all come back at once."""

    def of(self, shop_id: ShopId, domain: str) -> "ShopAPI":
        """The Admin API of that shop."""
        root = admin_url(domain, self.admin_origin).removesuffix("/admin")
        return ShopAPI(self, shop_id, domain, f"{root}{version_path(self.version)}/graphql.json")


@dataclass(frozen=True)
class ShopAPI:
    """The Admin API of one shop. Safe to share between threads."""

    shared: AdminAPI
    shop_id: ShopId
    domain: str
    url: str

    def execute(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of graphql/<document>.graphql; fields that we may not read are null and logged.

        Three outcomes: returns (done); UserErrors, AccessDenied, BadRequest, NotInstalled, NeedsReauth
        or ShopGone (refused); ShopifyDown, Throttled or ShopPaused (nothing happened, ask again later).
        A mutation that got no answer raises OutcomeUnknown: look before repeating it.
        """
        loaded = load(document)
        waited = 0.0
        while True:
            answer = self._answer(loaded, variables or {})
            if isinstance(answer, Data):
                self._note_hidden(loaded, answer)
                return answer.value
            seconds = answer.seconds + self.shared.jitter()
            if waited + seconds > PATIENCE_SECONDS:
                raise Throttled(self.domain, math.ceil(seconds))
            self.shared.pause(seconds)
            waited += seconds

    def _answer(self, document: Document, variables: Mapping[str, Any]) -> Data | Wait:
        response = self._send_signed(document, variables)
        self._note_version(response)
        match response.status_code:
            case 200:
                return answers.read(self.domain, document, _json(response))
            case 429:
                return Wait(_retry_after(response))
            case status:
                raise answers.refusal(self.domain, document, status)

    def _send_signed(self, document: Document, variables: Mapping[str, Any]) -> requests.Response:
        """A 401 means that nothing was executed, so also a mutation may be sent again with a new token."""
        tokens = self.shared.tokens
        token = tokens.access_token(self.shop_id)
        response = self._send(document, variables, token)
        if response.status_code != requests.codes.unauthorized:
            return response
        response = self._send(document, variables, tokens.access_token(self.shop_id, rejected=token))
        if response.status_code == requests.codes.unauthorized:
            tokens.needs_reauth(self.shop_id)
            raise NeedsReauth(self.domain)
        return response

    def _send(self, document: Document, variables: Mapping[str, Any], token: str) -> requests.Response:
        body = {"query": document.text, "variables": variables, "operationName": document.name}
        headers = {"X-Shopify-Access-Token": token, "Accept": "application/json"}
        try:
            return self.shared.http.post(
                self.url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            if _never_sent(error):
                raise ShopifyDown(self.domain, "the connection was not accepted") from None
            why = "it took too long" if isinstance(error, requests.Timeout) else "the connection broke"
            raise answers.lost(self.domain, document, why) from None

    def _note_version(self, response: requests.Response) -> None:
        served = response.headers.get("X-Shopify-API-Version")
        if served is not None and served != self.shared.version:
            OTHER_VERSION.labels(served=served[:20]).inc()
            log.warning("Shopify answered in version %s, asked was %s", served[:20], self.shared.version)

    def _note_hidden(self, document: Document, answer: Data) -> None:
        if answer.hidden:
            fields = ", ".join(sorted(set(answer.hidden)))
            log.warning("%s: %s came back empty for want of access: %s", self.domain, document.name, fields)


def _never_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _json(response: requests.Response) -> object:
    try:
        body: object = response.json()
    except ValueError:
        return None
    return body


def _retry_after(response: requests.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "2")))
    except ValueError:
        return 2.0
