"""What an answer of the Admin API means: data, a wait, or which error. Pure; the Admin API calls it.

Source: shopify.dev, API usage and rate limits, 2026-10. Errors of the business arrive as userErrors in
a 200, being too fast as THROTTLED in a 200, everything else by status.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.errors import TributeError
from app.shopify.documents import Document
from app.shopify.errors import (
    AccessDenied,
    BadRequest,
    OutcomeUnknown,
    ShopGone,
    ShopifyDown,
    ShopPaused,
    UserError,
    UserErrors,
)

_SERVER_FAULT = 500
_MINUTE = 60


@dataclass(frozen=True)
class Wait:
    """It was not executed: the shop's allowance is used up."""

    seconds: float


@dataclass(frozen=True)
class Data:
    """It was executed. `hidden` are the fields that came back null because we may not read them."""

    value: dict[str, Any]
    hidden: tuple[str, ...] = ()


def lost(shop: str, document: Document, why: str) -> TributeError:
    """The error for a request that got no usable answer: a change may have happened, a question may not."""
    if document.is_mutation:
        return OutcomeUnknown(shop, document.name, why)
    return ShopifyDown(shop, why)


def refusal(shop: str, document: Document, status: int) -> TributeError:
    """The error that an HTTP status other than 200, 401 and 429 stands for."""
    match status:
        case 402 | 423:
            return ShopPaused(shop, status)
        case 403:
            return AccessDenied(shop, document.name, "access was refused (403).")
        case 404:
            return ShopGone(shop)
        case 430:
            return ShopifyDown(shop, "it took our requests for an attack (430)", after_seconds=_MINUTE)
        case _ if status >= _SERVER_FAULT:
            return lost(shop, document, f"it answered {status}")
        case _:
            return BadRequest(shop, document.name, f"it answered {status}.")


def read(shop: str, document: Document, body: object) -> Data | Wait:
    """The data of a 200, or how long to wait. Raises UserErrors, AccessDenied, BadRequest and what `lost` says."""
    if not isinstance(body, Mapping):
        raise lost(shop, document, "its answer was not readable")
    errors = _errors(body)
    if "THROTTLED" in (codes := {code for code, _, _ in errors}):
        return Wait(_until_allowed(body))
    data = body.get("data")
    if "INTERNAL_SERVER_ERROR" in codes:
        raise lost(shop, document, "it had a fault of its own")
    if not isinstance(data, dict) or codes - {"ACCESS_DENIED"}:
        raise _refused(shop, document, errors)
    if errors and all(value is None for value in data.values()):
        raise _refused(shop, document, errors)
    _refuse_user_errors(document, data)
    return Data(data, tuple(path for _, path, _ in errors))


def _errors(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(code, path, message) of each; an answer with a single text in `errors` has one without a path."""
    raw = body.get("errors")
    if not raw:
        return []
    if not isinstance(raw, list):
        return [("", "", str(raw)[:200])]
    return [_error(entry) for entry in raw]


def _error(entry: object) -> tuple[str, str, str]:
    if not isinstance(entry, Mapping):
        return "", "", str(entry)[:200]
    extensions = entry.get("extensions")
    code = str(extensions.get("code", "")) if isinstance(extensions, Mapping) else ""
    path = entry.get("path")
    spot = ".".join(str(step) for step in path) if isinstance(path, list) else ""
    return code, spot, str(entry.get("message", ""))[:200]


def _until_allowed(body: Mapping[str, Any]) -> float:
    try:
        cost = body["extensions"]["cost"]
        status = cost["throttleStatus"]
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        seconds = missing / float(status["restoreRate"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 1.0
    return max(0.0, seconds) if math.isfinite(seconds) else 1.0


def _refused(shop: str, document: Document, errors: Sequence[tuple[str, str, str]]) -> TributeError:
    why = " ".join(message for _, _, message in errors) or "the answer held no data."
    if errors and all(code == "ACCESS_DENIED" for code, _, _ in errors):
        return AccessDenied(shop, document.name, why)
    return BadRequest(shop, document.name, why)


def _refuse_user_errors(document: Document, data: Mapping[str, Any]) -> None:
    found = [
        UserError(".".join(map(str, e.get("field") or [])), str(e.get("code") or ""), str(e.get("message")))
        for payload in data.values()
        if isinstance(payload, Mapping)
        for e in payload.get("userErrors") or []
    ]
    if found:
        raise UserErrors(document.name, found)
