"""ID tokens (session tokens): who opened our page in which shop's admin. The guard of the pages calls this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jwt

from app.kernel.errors import Forbidden
from app.shopify.domain import is_shop_domain

LEEWAY_SECONDS = 10
"""App Bridge's clock and ours differ; Shopify's own packages allow the same."""

_CLAIMS = ["exp", "nbf", "iss", "dest", "aud", "sub"]


class BadIDToken(Forbidden):
    """An ID token that proves nothing; App Bridge can fetch a fresh one."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The sign-in that came with this request is not valid: {why}.")
        self.why = why


@dataclass(frozen=True)
class IDToken:
    """A verified token. Its life is one minute, so it may be exchanged at once or never."""

    shop: str
    """Domain of the shop whose admin it came from. Nothing else in a request says which shop it is."""
    user_id: str
    raw: str = field(repr=False)


def verify(raw: str, *, api_key: str, secrets: Sequence[str], now: datetime) -> IDToken:
    """The token's facts, if one of the secrets signed it for this app and it is alive. Raises BadIDToken.

    Stricter than Shopify's packages: issuer and destination must be one shop, and every claim that we
    rely on must be there. `now` decides what has expired. Source: shopify.dev, session tokens, 2026-10.
    """
    claims = _signed_claims(raw, api_key, secrets)
    _refuse_wrong_time(claims, now)
    shop = _host(claims["dest"])
    if not is_shop_domain(shop):
        raise BadIDToken("it names no Shopify shop")
    if _host(claims["iss"]) != shop:
        raise BadIDToken("it was issued by another shop than it is for")
    return IDToken(shop, str(claims["sub"]), raw)


def _signed_claims(raw: str, api_key: str, secrets: Sequence[str]) -> Mapping[str, Any]:
    why = "it could not be read"
    for secret in secrets:
        try:
            return _decode(raw, api_key, secret)
        except jwt.InvalidSignatureError:
            why = "its signature is not Shopify's"
        except jwt.InvalidAudienceError:
            raise BadIDToken("it was made for another app") from None
        except jwt.MissingRequiredClaimError as missing:
            raise BadIDToken(f"it says nothing about {missing.claim}") from None
        except (jwt.PyJWTError, ValueError):
            raise BadIDToken("it could not be read") from None
    raise BadIDToken(why)


def _decode(raw: str, api_key: str, secret: str) -> Mapping[str, Any]:
    # The library would compare times with the machine's clock; `now` is the caller's.
    claims: Mapping[str, Any] = jwt.decode(
        raw,
        secret,
        algorithms=["HS256"],
        audience=api_key,
        options={
            "require": _CLAIMS,
            "strict_aud": True,
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
        },
    )
    return claims


def _refuse_wrong_time(claims: Mapping[str, Any], now: datetime) -> None:
    expires, begins = claims["exp"], claims["nbf"]
    if type(expires) is not int or type(begins) is not int:
        raise BadIDToken("its times are no whole seconds")
    if now.timestamp() >= expires + LEEWAY_SECONDS:
        raise BadIDToken("it has expired")
    if now.timestamp() < begins - LEEWAY_SECONDS:
        raise BadIDToken("it is not valid yet; is this server's clock right?")


def _host(address: Any) -> str:
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme == "https" else ""
