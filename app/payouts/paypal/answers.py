"""What PayPal's items, batches and refusals say of payouts. Pure; source: payouts.md 3 and the specification 1.9."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from app.kernel.errors import Invalid
from app.payouts.amounts import from_decimal_string
from app.payouts.protocol import Answer, Done, Refused, State, Unknown
from app.payouts.provider import Question

OTHER_AMOUNT = "PayPal knows this payout with another amount. Look at it in PayPal's activity."
_BATCH = re.compile(r"/v1/payments/payouts/([A-Za-z0-9_-]{1,64})$")
_LONGEST = 300
_DEEPEST = 5

_STATES: Mapping[str, State] = {
    "SUCCESS": State.PAID,
    "PENDING": State.IN_TRANSIT,
    "ONHOLD": State.IN_TRANSIT,
    "UNCLAIMED": State.UNCLAIMED,
    "FAILED": State.FAILED,
    "BLOCKED": State.FAILED,
    "DENIED": State.FAILED,
    "CANCELED": State.CANCELLED,
    "RETURNED": State.RETURNED,
    "REFUNDED": State.RETURNED,
    "REVERSED": State.RETURNED,
}
_REASONS: Mapping[str, str] = {
    "UNCLAIMED": "Nobody with this address has claimed it at PayPal yet; after 30 days it comes back.",
    "ONHOLD": "PayPal is looking at it before it goes on.",
    "BLOCKED": "PayPal has blocked it. Ask PayPal why.",
    "FAILED": "PayPal could not pay it.",
    "RETURNED": "It came back: nobody claimed it within 30 days, or it was taken back.",
    "REFUNDED": "The receiver sent it back.",
    "REVERSED": "PayPal took it back.",
}
_ERRORS: Mapping[str, str] = {
    "RECEIVER_UNREGISTERED": "This address has no PayPal account yet. Open one with it, or enter another address.",
    "RECEIVER_UNCONFIRMED": "This address has to be confirmed at PayPal first.",
    "RECEIVER_ACCOUNT_LOCKED": "This PayPal account is locked. PayPal tells its owner why; or another address has to be entered.",
    "RECEIVER_ACCOUNT_LIMITATION": "This PayPal account is limited. PayPal tells its owner why.",
    "RECEIVER_REFUSED": "The payee refused it at PayPal.",
    "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER": "This PayPal account does not take this currency.",
    "INSUFFICIENT_FUNDS": "The shop's PayPal balance does not cover it. It is paid again once it does.",
    "SELF_PAY_NOT_ALLOWED": "This is the address of the shop's own PayPal account.",
    "AUTHORIZATION_ERROR": "PayPal has not allowed this account to use Payouts. Ask PayPal for access.",
    "RISK_DECLINE": "PayPal's risk check declined it. Ask PayPal why.",
    "TRANSACTION_LIMIT_EXCEEDED": "It is above the limit of this PayPal account.",
}


class Amount(msgspec.Struct):
    """As PayPal writes it, in major units."""

    value: str
    currency: str


class ItemError(msgspec.Struct):
    """Why an item was not paid."""

    name: str = ""
    message: str = ""


class Payee(msgspec.Struct):
    """What was asked for."""

    amount: Amount
    sender_item_id: str = ""


class Item(msgspec.Struct):
    """One payout as PayPal shows it."""

    payout_item_id: str
    transaction_status: str
    payout_batch_id: str
    payout_item: Payee
    payout_item_fee: Amount | None = None
    errors: ItemError | None = None

    @property
    def key(self) -> UUID | None:
        """Of our payout; None: it was not made by us."""
        try:
            return UUID(self.payout_item.sender_item_id)
        except ValueError:
            return None


def fact(item: Item) -> Done:
    """What an item says of its payout. A status that we do not know is one of a payout on its way."""
    status = item.transaction_status
    state = _STATES.get(status, State.IN_TRANSIT)
    return Done(
        provider_id(item.payout_batch_id, item.payout_item_id),
        state,
        fee_minor=_fee(item),
        reason=None if state is State.PAID else _reason(item.errors) or _REASONS.get(status),
    )


def provider_id(batch_id: str, item: str) -> str:
    """How we note PayPal's numbers: the batch, and of the item theirs, or ours until theirs is known."""
    return f"{batch_id}/{item}"


def batch_of(known: str | None) -> str | None:
    """PayPal's number of the batch, of what `provider_id` made."""
    return known.partition("/")[0] if known and "/" in known else None


def item_of(known: str | None) -> str | None:
    """PayPal's number of the item; None while only ours is known."""
    item = known.partition("/")[2] if known else ""
    return item if item and not _is_ours(item) else None


def checked(item: Item, asked: Question) -> Answer:
    """The fact, if the item is of our amount."""
    paid = item.payout_item.amount
    try:
        amount = from_decimal_string(paid.value, paid.currency)
    except Invalid:
        return Unknown(OTHER_AMOUNT)
    return fact(item) if amount == asked.amount else Unknown(OTHER_AMOUNT)


def of_batch(status: str, batch_id: str, key: UUID) -> Done:
    """What is known of an item of which only its batch is."""
    state = State.FAILED if status in {"DENIED", "CANCELED"} else State.IN_TRANSIT
    reason = (
        "PayPal denied the whole batch: look at the balance and at PayPal's mails."
        if state is State.FAILED
        else None
    )
    return Done(provider_id(batch_id, str(key)), state, reason=reason)


def named_batch(body: Mapping[str, Any]) -> str | None:
    """The batch that an error leads to: it has our id already. Only its number is taken, never the address."""
    found = {match.group(1) for link in _texts(body, _DEEPEST) if (match := _BATCH.search(link))}
    return found.pop() if len(found) == 1 else None


def _texts(part: object, depth: int) -> Iterator[str]:
    """Every text in an answer: errors carry their links in more than one place."""
    if isinstance(part, str):
        yield part
    elif depth and isinstance(part, Mapping | list):
        for one in part.values() if isinstance(part, Mapping) else part:
            yield from _texts(one, depth - 1)


def refusal(status: int, body: Mapping[str, Any]) -> Refused | Unknown:
    """What a 4xx without a way to a batch means.

    USER_BUSINESS_ERROR is what an id that was used before gives; PayPal then says to try again with another one,
    which would pay twice. Without the way to the batch nobody knows whether it was paid.
    """
    name = str(body.get("name", ""))[:64]
    if name in {"USER_BUSINESS_ERROR", "PREVIOUS_REQUEST_IN_PROGRESS", "RATE_LIMIT_REACHED"} or status == 409:  # noqa: PLR2004
        return Unknown(f"PayPal did not say whether it has this batch already ({name or status}).")
    known = _ERRORS.get(name)
    return Refused(name or str(status), known or f"PayPal refused it ({name or status}): {_details(body)}")


def _details(body: Mapping[str, Any]) -> str:
    details = body.get("details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    said = " ".join(str(one) for one in (first.get("field"), first.get("issue")) if one)
    return (said or str(body.get("message", "it said no more")))[:_LONGEST]


def _reason(error: ItemError | None) -> str | None:
    if error is None or not error.name:
        return None
    known = _ERRORS.get(error.name)
    return known or f"PayPal says: {error.name.replace('_', ' ').lower()}. {error.message}"[:_LONGEST].strip()


def _fee(item: Item) -> int | None:
    """None: not told, or in another currency than the payout's."""
    fee = item.payout_item_fee
    if fee is None or fee.currency != item.payout_item.amount.currency:
        return None
    try:
        return from_decimal_string(fee.value, fee.currency).minor
    except Invalid:
        return None


def _is_ours(item: str) -> bool:
    try:
        UUID(item)
    except ValueError:
        return False
    return True
