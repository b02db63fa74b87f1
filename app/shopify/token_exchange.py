"""ID token in, pair of tokens out; old pair in, new pair out. No storage here: see token_source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from app.shopify.domain import admin_url
from app.shopify.errors import BadRequest, NeedsReauth, NotInstalled, ShopGone, ShopifyDown, StaleIDToken
from app.shopify.http import TIMEOUT

_URN = "urn:ietf:params:oauth:"


@dataclass(frozen=True)
class TokenPair:
    """An expiring access token and the refresh token that replaces both."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime
    scopes: str
    """As granted, separated by commas."""


class TokenExchange:
    """Shopify's token endpoint. Source: shopify.dev, token exchange and expiring offline tokens, 2026."""

    def __init__(
        self, http: requests.Session, *, api_key: str, api_secret: str, admin_origin: str | None
    ) -> None:
        self._http = http
        self._client = {"client_id": api_key, "client_secret": api_secret}
        self._admin_origin = admin_origin

    def exchange(self, shop: str, id_token: str, now: datetime) -> TokenPair:
        """An offline pair for the shop. Raises StaleIDToken, NotInstalled, ShopGone, ShopifyDown, BadRequest."""
        asked = {
            "grant_type": f"{_URN}grant-type:token-exchange",
            "subject_token": id_token,
            "subject_token_type": f"{_URN}token-type:id_token",
            "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
            "expiring": "1",
        }
        return self._ask(shop, asked, now)

    def refresh(self, shop: str, refresh_token: str, now: datetime) -> TokenPair:
        """The next pair. Safe to ask again after no answer: the old refresh token works until the new is used.

        Raises NeedsReauth, NotInstalled, ShopGone, ShopifyDown, BadRequest.
        """
        return self._ask(shop, {"grant_type": "refresh_token", "refresh_token": refresh_token}, now)

    def _ask(self, shop: str, asked: Mapping[str, str], now: datetime) -> TokenPair:
        url = f"{admin_url(shop, self._admin_origin)}/oauth/access_token"
        try:
            answer = self._http.post(
                url, json={**self._client, **asked}, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise ShopifyDown(shop, _kind(error)) from None
        if answer.status_code == requests.codes.ok:
            return _pair(shop, _json(answer), now)
        raise _refusal(shop, answer)


def _refusal(shop: str, answer: requests.Response) -> Exception:
    match str(_json(answer).get("error", "")):
        case "invalid_subject_token":
            return StaleIDToken(shop)
        case "invalid_grant":
            return NeedsReauth(shop)
        case "invalid_client":
            return NotInstalled(shop)
        case other:
            if answer.status_code == requests.codes.not_found:
                return ShopGone(shop)
            if answer.status_code >= requests.codes.server_error or answer.status_code in {429, 430}:
                return ShopifyDown(shop, f"it answered {answer.status_code} to a request for a token")
            return BadRequest(
                shop, "a request for a token", f"{other[:80] or 'no reason'} ({answer.status_code})."
            )


def _pair(shop: str, body: Mapping[str, Any], now: datetime) -> TokenPair:
    try:
        return TokenPair(
            access_token=str(body["access_token"]),
            expires_at=now + timedelta(seconds=int(body["expires_in"])),
            refresh_token=str(body["refresh_token"]),
            refresh_expires_at=now + timedelta(seconds=int(body["refresh_token_expires_in"])),
            scopes=str(body.get("scope", "")),
        )
    except (KeyError, TypeError, ValueError):
        raise ShopifyDown(shop, "its answer to a request for a token was not readable") from None


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _kind(error: requests.RequestException) -> str:
    """What happened, without the address and what was sent: both could hold secrets."""
    return "it did not answer in time" if isinstance(error, requests.Timeout) else "the connection failed"
