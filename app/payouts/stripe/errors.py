"""What each of Stripe's errors says about a payout. Measured on the wire: payouts.md 1.3."""

import re
from collections.abc import Mapping

import stripe

from app.kernel.errors import Permanent, Retriable, UpstreamError
from app.payouts.protocol import Refused, Unknown

NOT_FOUND = 404
_CONFLICT = 409
_TOO_EARLY = frozenset({408, 425, 429})
_OURS = range(400, 500)
_LONGEST = 300
_SECRET = re.compile(r"\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_*]+")

_SENTENCES: Mapping[str, str] = {
    "balance_insufficient": "The shop's Stripe balance does not cover it. It is paid again once it does.",
    "insufficient_funds": "The financial account at Stripe does not cover it. Fund it at Stripe and pay again.",
    "insufficient_capabilities_for_transfer": (
        "Stripe does not pay to this account yet: its owner has to answer what Stripe asks first."
    ),
    "recipient_not_payable": (
        "Stripe does not pay to this account yet: its owner has to answer what Stripe asks first."
    ),
    "resource_missing": (
        "Stripe knows no such account. Is the key that of another Stripe account, or of test mode?"
    ),
    "api_key_expired": "The key for Stripe has expired. Enter a new one in Settings, Payouts.",
}
_KEY = "Stripe does not accept the key. Enter it again in Settings, Payouts."
_RIGHTS = (
    "The key for Stripe may not do this. Give it write access to Connect and transfers, or use a secret key."
)


def answer(error: stripe.StripeError) -> Refused | Unknown:
    """What an error on the way of a payment means. Unknown wherever the payment may have been made, or may yet be.

    Too many requests and a key in use are unknown too: nothing was done, and the same key is to be sent again. So is
    a key that was used for something else: that is a fault of ours, and releasing the money could pay it twice.
    """
    if isinstance(error, stripe.IdempotencyError):
        return Unknown(
            "Stripe knows this payout's key with other contents. Look at it in Stripe's dashboard."
        )
    if isinstance(error, stripe.APIConnectionError) or error.http_status is None:
        return Unknown("Stripe gave no answer: it may or may not have been paid.")
    if error.http_status in _TOO_EARLY or isinstance(error, stripe.RateLimitError):
        return Unknown("Stripe was asked too often and did nothing; the same is asked again.")
    if error.http_status == _CONFLICT:
        return Unknown("Stripe is still at work on this payout.")
    if error.http_status not in _OURS:
        return Unknown(f"Stripe answered with a fault of its own ({error.http_status}).")
    return Refused(_code(error), sentence(error))


def sentence(error: stripe.StripeError) -> str:
    """What went wrong, for the merchant; nothing that could be a key is in it."""
    if isinstance(error, stripe.APIConnectionError):
        return "Stripe could not be reached. Try again in a few minutes."
    known = _SENTENCES.get(_code(error))
    if known is not None:
        return known
    if isinstance(error, stripe.AuthenticationError):
        return _KEY
    if isinstance(error, stripe.PermissionError):
        return _RIGHTS
    said = _SECRET.sub("[key]", str(error.user_message or "it said no more"))
    return f"Stripe refused it ({_code(error)}): {said[:_LONGEST]}"


def raised(error: stripe.StripeError) -> UpstreamError:
    """The error of a question that moved nothing: asked again where that can help."""
    is_final = isinstance(answer(error), Refused)
    return Permanent(sentence(error)) if is_final else Retriable(sentence(error))


def is_missing(error: stripe.StripeError) -> bool:
    """Whether it says that there is no such thing."""
    return error.http_status == NOT_FOUND


def _code(error: stripe.StripeError) -> str:
    named = error.code or getattr(error.error, "type", None)
    return _SECRET.sub("[key]", str(named or type(error).__name__))[:64]
