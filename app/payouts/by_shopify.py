"""What Shopify's answers say of a payout in store credit or by gift card. Shopify has no key against paying twice."""

from collections.abc import Callable, Collection
from datetime import timedelta

from app.kernel.errors import Permanent, RefusedError, UpstreamError
from app.payouts.protocol import Answer, Refused, Unknown
from app.payouts.provider import Instruction, Question
from app.shopify.errors import AccessDenied, UserErrors

SLACK = timedelta(minutes=5)
"""Shopify's clock and ours may differ."""
Taken = Callable[[Collection[str]], Collection[str]]
"""Which of these numbers of Shopify's are other payouts of ours already."""

_SENTENCES = {
    "OWNER_NOT_FOUND": "Shopify knows no such customer any more. Choose another customer for this creator.",
    "CUSTOMER_NOT_FOUND": "Shopify knows no such customer any more. Choose another customer for this creator.",
    "CREDIT_LIMIT_EXCEEDED": "The customer's store credit would be above Shopify's limit. Pay a smaller part, or another way.",
    "GIFT_CARD_LIMIT_EXCEEDED": "It is above Shopify's limit of one gift card. Pay a smaller part, or another way.",
    "UNSUPPORTED_CURRENCY": "The shop does not sell in this currency, so credit in it could not be spent.",
    "MISMATCHING_CURRENCY": "The customer's store credit is in another currency.",
}


def answer(error: UpstreamError) -> Refused | Unknown:
    """Refused where nothing happened and asking again will not help; else it has to be looked up."""
    if isinstance(error, UserErrors):
        code = error.errors[0].code or "refused"
        return Refused(code, _SENTENCES.get(code, str(error)))
    if isinstance(error, Permanent):
        return Refused(type(error).__name__, sentence(error))
    return Unknown(str(error))


def sentence(error: UpstreamError) -> str:
    """What is wrong, for the merchant."""
    if isinstance(error, AccessDenied):
        return f"Shopify does not let Tribute do this: grant the permission in Tribute's settings. ({error})"
    return str(error)


def looked(find: Callable[[], Answer]) -> Answer:
    """What a look-up answers, also when it fails: then nobody knows."""
    try:
        return find()
    except (UpstreamError, RefusedError) as error:
        return Unknown(str(error))


def question(one: Instruction) -> Question:
    """The look-up before something is sent once more."""
    return Question(one.payout_id, one.key, one.batch, one.amount, one.details, None, one.created_at)
