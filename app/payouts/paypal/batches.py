"""Batches at PayPal: what is sent, and what a batch holds, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from app.payouts.amounts import to_paypal
from app.payouts.details import PaypalAccount
from app.payouts.paypal.answers import Item
from app.payouts.paypal.client import NoAnswer, PaypalClient, Reply
from app.payouts.provider import Instruction

PAGE = 1000
MOST_PAGES = 20
"""A batch has 15,000 items at most."""
NOT_FOUND = 404


class _Sender(msgspec.Struct):
    sender_batch_id: str = ""


class _Header(msgspec.Struct):
    payout_batch_id: str
    batch_status: str
    sender_batch_header: _Sender = msgspec.field(default_factory=_Sender)


class _Page(msgspec.Struct):
    batch_header: _Header
    items: list[Item] = []
    total_pages: int = 1


@dataclass(frozen=True)
class Batch:
    """A batch as PayPal shows it."""

    id: str
    status: str
    sender_id: str
    items: Sequence[Item]


def body(batch: UUID, carried: Sequence[tuple[Instruction, PaypalAccount]]) -> bytes:
    """The request. Its id and those of its items are ours, the same at each attempt. Raises Invalid for an amount."""
    items = [
        {
            "recipient_type": "EMAIL",
            "amount": {"currency": one.amount.currency, "value": to_paypal(one.amount)},
            "receiver": payee.email,
            "note": one.note,
            "sender_item_id": str(one.key),
        }
        for one, payee in carried
    ]
    header = {"sender_batch_id": str(batch), "recipient_type": "EMAIL"}
    return msgspec.json.encode({"sender_batch_header": header, "items": items})


def made(reply: Reply) -> tuple[str, str]:
    """Number and status of a batch that was just made. Raises NoAnswer for what cannot be read."""
    try:
        header = msgspec.convert(reply.body.get("batch_header"), _Header)
    except msgspec.ValidationError:
        raise NoAnswer from None
    return header.payout_batch_id, header.batch_status


def read(client: PaypalClient, batch_id: str) -> Batch | None:
    """The batch with all of its items; None: there is none of that number. Raises NoAnswer, Away, NotLetIn."""
    items: list[Item] = []
    for number in range(1, MOST_PAGES + 1):
        reply = client.get(
            "payments", "payouts", batch_id, page=number, page_size=PAGE, total_required="true"
        )
        if reply.status == NOT_FOUND:
            return None
        page = _page(reply)
        items += page.items
        if number >= page.total_pages:
            header = page.batch_header
            return Batch(
                header.payout_batch_id, header.batch_status, header.sender_batch_header.sender_batch_id, items
            )
    raise NoAnswer


def item(client: PaypalClient, item_id: str) -> Item | None:
    """One item; None: there is none of that number. Raises NoAnswer, Away, NotLetIn."""
    reply = client.get("payments", "payouts-item", item_id)
    return None if reply.status == NOT_FOUND else item_in(reply)


def item_in(reply: Reply) -> Item:
    """The item that an answer shows. Raises NoAnswer for what cannot be read."""
    try:
        return msgspec.convert(reply.body, Item)
    except msgspec.ValidationError:
        raise NoAnswer from None


def _page(reply: Reply) -> _Page:
    try:
        return msgspec.convert(reply.body, _Page)
    except msgspec.ValidationError:
        raise NoAnswer from None
