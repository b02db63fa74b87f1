"""A shopper asks the bank for the money back; the bank decides."""

from datetime import datetime, timedelta
from decimal import Decimal

from devstore.life_model import DISPUTE_STATUSES, DISPUTE_TYPES, FINAL, Dispute
from devstore.model import Refused, Shop
from devstore.money import rounded
from devstore.order_model import Order
from devstore.payloads.dispute import dispute_body
from devstore.state import State
from devstore.totals import Totals, in_presentment

TIME_TO_ANSWER = timedelta(days=10)


def open_dispute(
    state: State,
    shop: Shop,
    order: Order,
    *,
    type: str = "chargeback",  # noqa: A002  # Shopify's name
    amount: Decimal | None = None,
    reason: str = "fraudulent",
    at: datetime | None = None,
) -> Dispute:
    """Dispute what was paid and is still held, or `amount` of it, in the shopper's currency as the charge was.

    The order itself stays as it is, updated_at too. Emits disputes/create. Refused: nothing was paid, or more than that.
    """
    with state.acting():
        if type not in DISPUTE_TYPES:
            raise Refused(f"A dispute is one of {', '.join(DISPUTE_TYPES)}; not {type!r}.")
        totals = Totals(order)
        held = in_presentment(order, totals.captured - totals.refunded)
        asked = held if amount is None else rounded(amount, order.presentment_currency)
        if not 0 < asked <= held:
            raise Refused(
                f"{order.name}: {asked} cannot be disputed; {held} {order.presentment_currency} is held."
            )
        when = at or state.now
        made = Dispute(
            id=state.next_id("ShopifyPaymentsDispute"),
            type=type,
            status="needs_response",
            reason=reason,
            network_reason_code="4837",
            amount=asked,
            currency=order.presentment_currency,
            initiated_at=when,
            evidence_due_by=when + TIME_TO_ANSWER,
        )
        order.disputes.append(made)
        state.emit(shop, "disputes/create", lambda: dispute_body(shop, order, made))
        return made


def move_dispute(
    state: State, shop: Shop, order: Order, dispute: Dispute, status: str, *, at: datetime | None = None
) -> Dispute:
    """The bank or the merchant takes the next step. Emits disputes/update. Refused: unknown status, or decided already.

    An inquiry that becomes a chargeback: status "chargeback".
    """
    with state.acting():
        if dispute.status in FINAL:
            raise Refused(f"Dispute {dispute.id} is {dispute.status} already.")
        when = at or state.now
        if status == "chargeback" and dispute.type == "inquiry":
            dispute.type, dispute.status = "chargeback", "needs_response"
            dispute.evidence_due_by = when + TIME_TO_ANSWER
        elif status in DISPUTE_STATUSES:
            dispute.status = status
        else:
            raise Refused(f"A dispute has no status {status!r}; statuses: {', '.join(DISPUTE_STATUSES)}.")
        if status == "under_review":
            dispute.evidence_sent_on = when
        if dispute.status in FINAL:
            dispute.finalized_on = when
        state.emit(shop, "disputes/update", lambda: dispute_body(shop, order, dispute))
        return dispute
