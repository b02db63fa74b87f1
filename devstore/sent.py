"""What of an order was sent: by line and as a whole, in REST's words."""

from devstore.order_model import Order, OrderLine


def sent(order: Order, line: OrderLine) -> int:
    """Units of the line in parcels that left."""
    return sum(one.lines.get(line.id, 0) for one in order.fulfillments if one.status == "success")


def unsent(order: Order, line: OrderLine) -> int:
    """Units that the shopper still expects. A gift card goes by e-mail the moment it is sold."""
    return 0 if line.gift_card else max(line.current_quantity - sent(order, line), 0)


def line_status(order: Order, line: OrderLine) -> str | None:
    """fulfilled, partial, or None for a line of which nothing left."""
    gone = sent(order, line)
    if not gone:
        return None
    return "partial" if unsent(order, line) else "fulfilled"


def order_status(order: Order) -> str | None:
    """The same of the whole order. Units that were sent and came back count as sent."""
    if not any(sent(order, line) for line in order.lines):
        return None
    return "partial" if any(unsent(order, line) for line in order.lines) else "fulfilled"
