"""The body of disputes/create and disputes/update: the REST dispute of Shopify Payments."""

from devstore.life_model import Dispute
from devstore.model import Shop
from devstore.money import text
from devstore.order_model import Order
from devstore.payloads.parts import Body, local


def dispute_body(shop: Shop, order: Order, one: Dispute) -> Body:
    """A dispute as it stands. It has no updated_at: only the delivery's own time tells two bodies apart."""
    return {
        "id": one.id,
        "order_id": order.id,
        "type": one.type,
        "amount": text(one.amount, one.currency),
        "currency": one.currency,
        "reason": one.reason,
        "network_reason_code": one.network_reason_code,
        "status": one.status,
        "evidence_due_by": local(shop, one.evidence_due_by),
        "evidence_sent_on": local(shop, one.evidence_sent_on),
        "finalized_on": local(shop, one.finalized_on),
        "initiated_at": local(shop, one.initiated_at),
    }
