"""What happened to an order, newest first, in sentences for the order page."""

from datetime import datetime

from devstore.order_model import Order, Transaction
from devstore.pages_format import money
from devstore.totals import payments


def timeline(order: Order) -> list[tuple[datetime, str]]:
    """(instant, sentence) of everything that the order itself remembers."""
    events = [(order.created_at, f"{order.name} was placed ({order.source_name}).")]
    events += [(one.processed_at, _payment(one)) for one in payments(order)]
    for refund in order.refunds:
        units = sum(line.quantity for line in refund.lines)
        events.append((refund.created_at, f"Refund {refund.id} took back {units} units."))
    for parcel in order.fulfillments:
        events.append((parcel.created_at, f"A parcel of {sum(parcel.lines.values())} units was sent."))
    for back in order.returns:
        events.append((back.created_at, f"Return {back.number} was opened; it is {back.status}."))
    for dispute in order.disputes:
        events.append(
            (dispute.initiated_at, f"A {dispute.type} was opened; it is {dispute.status.replace('_', ' ')}.")
        )
    if order.edited:
        events.append((order.updated_at, "The lines were edited."))
    if order.cancelled_at is not None:
        events.append((order.cancelled_at, f"Cancelled; reason: {order.cancel_reason}."))
    return sorted(events, key=lambda event: event[0], reverse=True)


def _payment(one: Transaction) -> str:
    return f"{one.kind.capitalize()} of {money(one.amount, one.currency)} by {one.gateway}: {one.status}."
