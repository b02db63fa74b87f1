"""The bodies of disputes/create and disputes/update: Shopify Payments' dispute, read into DisputeFacts.

Source: Shopify webhooks 2026-10, topics behind the scope read_shopify_payments_disputes; GraphQL's enums
DisputeStatus and DisputeType.
"""

from datetime import datetime

import msgspec

from app.kernel.currency import minor_units
from app.orders.model import DisputeFacts
from app.shopify.payloads_parts import BadPayload, Id


class _Dispute(msgspec.Struct):
    id: Id
    status: str
    order_id: Id | None = None
    type: str = "chargeback"
    amount: str | None = None
    currency: str | None = None


_disputes = msgspec.json.Decoder(_Dispute)


def dispute(body: bytes, told_at: datetime) -> DisputeFacts | None:
    """The dispute as the body has it, told at `told_at`; None when it is about no order.

    Raises BadPayload, UnknownCurrency, BadAmount.
    """
    try:
        raw = _disputes.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPayload("dispute", str(error)) from None
    if raw.order_id is None:
        return None
    told = raw.amount is not None and raw.currency is not None
    return DisputeFacts(
        id=raw.id,
        order_id=raw.order_id,
        kind=raw.type.lower(),
        status=raw.status.lower(),
        changed_at=told_at,
        amount_minor=minor_units(raw.amount or "0", raw.currency or "") if told else None,
        currency=raw.currency if told else None,
    )
