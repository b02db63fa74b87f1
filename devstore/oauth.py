"""ID tokens and access tokens: POST /admin/oauth/access_token as shopify.md 2.3 describes it.

Expiring tokens only (public apps of 2026-04 and later). Times are the devstore's clock.
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import jwt

from devstore.model import AccessToken, Install, RefreshToken, Shop
from devstore.state import State

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  # the name of a kind
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
ID_TOKEN_SECONDS = 60
ACCESS_SECONDS = 3600
ONLINE_SECONDS = 86399
REFRESH = timedelta(days=90)
OLD_REFRESH = timedelta(days=30)
LEEWAY_SECONDS = 10
USER_ID = 71_000_001


class OAuthError(Exception):
    """A 400 with Shopify's error word."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.body = {"error": error, "error_description": description}


def mint_id_token(
    state: State, shop: Shop, *, user_id: int = USER_ID, now: datetime | None = None, **claims: Any
) -> str:
    """The JWT that App Bridge hands to the page: one minute, HS256 by the client secret. `claims` overrule."""
    issued = int((now or state.now).timestamp())
    body = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": state.app.client_id,
        "sub": str(user_id),
        "exp": issued + ID_TOKEN_SECONDS,
        "nbf": issued,
        "iat": issued,
        "jti": state.next_uuid("jti"),
        "sid": state.next_token("sid"),
    }
    return jwt.encode(body | claims, _key(state), algorithm="HS256")


def access_token(state: State, shop: Shop, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one token request. Raises OAuthError: invalid_client, invalid_subject_token, invalid_grant, ..."""
    with state.lock:
        install = _client(state, shop, asked)
        grant = asked.get("grant_type")
        if grant == "refresh_token":
            return _refresh(state, install, str(asked.get("refresh_token", "")))
        if grant != EXCHANGE:
            raise OAuthError("unsupported_grant_type", f"grant_type {grant!r} is not known here.")
        return _exchange(state, shop, install, asked)


def valid_token(state: State, shop: Shop, token: str) -> AccessToken | None:
    """The token when it is of this shop and not expired."""
    found = shop.install.access_tokens.get(token) if shop.install is not None else None
    if found is None or (found.expires_at is not None and found.expires_at <= state.now):
        return None
    return found


def permanent_token(state: State, shop: Shop) -> str:
    """A token of the old kind, for migration tests. OAuthError: the app is not installed."""
    install = shop.install
    if install is None:
        raise OAuthError("invalid_client", f"The app is not installed on {shop.domain}.")
    return _new_access(state, install, None).token


def _client(state: State, shop: Shop, asked: Mapping[str, Any]) -> Install:
    same = hmac.compare_digest(str(asked.get("client_secret", "")).encode(), state.app.client_secret.encode())
    if asked.get("client_id") != state.app.client_id or not same:
        raise OAuthError("invalid_client", "The client id or secret is wrong.")
    if shop.install is None:
        raise OAuthError("invalid_client", f"The app is not installed on {shop.domain}.")
    return shop.install


def _exchange(state: State, shop: Shop, install: Install, asked: Mapping[str, Any]) -> dict[str, Any]:
    subject = str(asked.get("subject_token", ""))
    wanted = asked.get("requested_token_type")
    if asked.get("subject_token_type") == OFFLINE:
        old = install.access_tokens.get(subject)
        if old is None or old.expires_at is not None:
            raise OAuthError(
                "invalid_subject_token", "The offline token is not a permanent one of this shop."
            )
        del install.access_tokens[subject]
    else:
        user_id = _subject(state, shop, subject)
        if wanted == ONLINE:
            return _online(state, install, user_id)
    if wanted != OFFLINE:
        raise OAuthError("invalid_request", f"requested_token_type {wanted!r} is not known here.")
    if str(asked.get("expiring", "")) not in {"1", "true", "True"}:
        raise OAuthError("invalid_request", "Public apps must ask for expiring offline tokens (expiring=1).")
    return _pair(state, install, replaces=None)


def _subject(state: State, shop: Shop, token: str) -> int:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(state),
            algorithms=["HS256"],
            audience=state.app.client_id,
            # The devstore has its own clock, so it looks at the times itself.
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError as problem:
        raise OAuthError("invalid_subject_token", str(problem)) from problem
    now = int(state.now.timestamp())
    if claims.get("dest") != f"https://{shop.domain}":
        raise OAuthError("invalid_subject_token", f"The token is for {claims.get('dest')}.")
    if claims.get("exp", 0) + LEEWAY_SECONDS < now or claims.get("nbf", 0) - LEEWAY_SECONDS > now:
        raise OAuthError("invalid_subject_token", "The token has expired or is not valid yet.")
    return int(claims["sub"])


def _online(state: State, install: Install, user_id: int) -> dict[str, Any]:
    token = _new_access(state, install, timedelta(seconds=ONLINE_SECONDS), user_id)
    scope = ",".join(sorted(install.scopes))
    user = {
        "id": user_id,
        "first_name": "Olive",
        "last_name": "Owner",
        "email": "owner@example.com",
        "email_verified": True,
        "account_owner": True,
        "locale": "en",
        "collaborator": False,
    }
    return {
        "access_token": token.token,
        "scope": scope,
        "expires_in": ONLINE_SECONDS,
        "associated_user_scope": scope,
        "associated_user": user,
    }


def _refresh(state: State, install: Install, presented: str) -> dict[str, Any]:
    current = install.refresh_tokens.get(presented)
    if current is None or current.expires_at <= state.now:
        raise OAuthError("invalid_grant", "The refresh token is unknown, expired or was replaced and used.")
    if current.replaces is not None:
        # Its first use ends the life of the one before.
        install.refresh_tokens.pop(current.replaces, None)
        current = replace(current, replaces=None)
    old_until = min(current.expires_at, state.now + OLD_REFRESH)
    install.refresh_tokens[presented] = replace(current, expires_at=old_until)
    return _pair(state, install, replaces=presented)


def _pair(state: State, install: Install, *, replaces: str | None) -> dict[str, Any]:
    access = _new_access(state, install, timedelta(seconds=ACCESS_SECONDS))
    refresh = RefreshToken("shprt_" + state.next_token("refresh"), state.now + REFRESH, replaces)
    install.refresh_tokens[refresh.token] = refresh
    return {
        "access_token": access.token,
        "scope": ",".join(sorted(install.scopes)),
        "expires_in": ACCESS_SECONDS,
        "refresh_token": refresh.token,
        "refresh_token_expires_in": int(REFRESH.total_seconds()),
    }


def _new_access(
    state: State, install: Install, life: timedelta | None, user_id: int | None = None
) -> AccessToken:
    expires = None if life is None else state.now + life
    token = AccessToken("shpat_" + state.next_token("access"), install.scopes, expires, user_id)
    install.access_tokens[token.token] = token
    return token


def _key(state: State) -> bytes:
    return state.app.client_secret.encode()
