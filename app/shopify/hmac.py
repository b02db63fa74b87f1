"""Signatures of what Shopify sends: webhooks, and everything else that signs a raw body the same way."""

import base64
import hashlib
import hmac
from collections.abc import Sequence


def verify_webhook(raw: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether `signature` (the header, base64) was made over `raw` with one of the app's secrets.

    `secrets` are the present one and, while it is being rotated, the one before it. Every secret is
    tried and compared in constant time, so that the time says nothing about which of them fits.
    `raw` must be the body as received: parsing and writing it again changes it.
    Source: Shopify webhooks 2026-10, header X-Shopify-Hmac-Sha256 (Events: shopify-hmac-sha256).
    """
    given = signature.encode("utf-8", "replace")
    fits = [hmac.compare_digest(sign(raw, secret), given) for secret in secrets]
    return any(fits)


def sign(raw: bytes, secret: str) -> bytes:
    """The signature that Shopify would send for this body."""
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest())
