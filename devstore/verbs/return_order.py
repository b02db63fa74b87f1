"""Returns: opened, processed (with money back, or with something else instead), closed, called off.

Opening one changes nothing of the order. Processing takes the units back with a refund that names the return; what the
shopper gets instead is a new line of the same order, which no discount of it reaches. Money moves only as far as asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from devstore.life_model import Return
from devstore.model import Refused, Shop
from devstore.money import rounded
from devstore.order_model import LineRequest, Order, Refund
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.payloads.returns import return_body
from devstore.pricing import tax_line
from devstore.sent import sent
from devstore.state import State
from devstore.verbs.place_order import order_line
from devstore.verbs.refund_order import commit, make_refund, pay_back, worth_of
from devstore.verbs.versions import touch


def open_return(
    state: State, shop: Shop, order: Order, lines: Mapping[int, int], *, at: datetime | None = None
) -> Return:
    """Expect these units back. Emits returns/approve and orders/updated. Refused: units that were never sent."""
    with state.acting():
        if not lines:
            raise Refused(f"{order.name}: name the lines that come back.")
        for line_id, units in lines.items():
            line = order.line(line_id) if line_id in {one.id for one in order.lines} else None
            able = min(sent(order, line), line.current_quantity) - _expected(order, line_id) if line else 0
            if not 0 < units <= able:
                raise Refused(f"{order.name}: {units} of line {line_id} cannot be returned; {able} can.")
        when = at or state.now
        made = Return(state.next_id("Return"), len(order.returns) + 1, when, dict(lines))
        order.returns.append(made)
        _tell(state, shop, order, made, topic="returns/approve", when=when)
        return made


def process_return(
    state: State,
    shop: Shop,
    order: Order,
    one: Return,
    *,
    exchange: Sequence[LineRequest] = (),
    paid: Decimal | None = None,
    at: datetime | None = None,
) -> Refund:
    """Take the units back and hand out the exchange. Emits refunds/create, returns/process and orders/updated.

    `paid` None: what came back is worth, less what is handed out, never below zero. Refused: not open.
    """
    with state.acting():
        if one.status != "open" or one.processed:
            raise Refused(
                f"Return {order.name}-R{one.number} is {one.status}; only an open one is processed."
            )
        when = at or state.now
        refund = make_refund(state, order, lines=one.lines, at=when)
        worth = worth_of(order, refund)
        handed_out = _hand_out(state, shop, order, one, exchange)
        back = max(worth - handed_out, Decimal(0)) if paid is None else rounded(paid, order.currency)
        pay_back(state, order, refund, back, pending=False)
        one.processed = True
        one.refunds.append(refund.id)
        commit(order, refund)
        state.emit(shop, "refunds/create", lambda: refund_body(shop, order, refund))
        _tell(state, shop, order, one, topic="returns/process", when=when)
        return refund


def close_return(
    state: State, shop: Shop, order: Order, one: Return, *, at: datetime | None = None
) -> Return:
    """It is done with. Emits returns/close and orders/updated. Refused: not open."""
    return _end(state, shop, order, one, status="closed", at=at)


def cancel_return(
    state: State, shop: Shop, order: Order, one: Return, *, at: datetime | None = None
) -> Return:
    """Nothing comes back after all. Emits returns/cancel and orders/updated. Refused: processed, or not open."""
    if one.processed:
        raise Refused(f"Return {order.name}-R{one.number} was processed; it cannot be called off.")
    return _end(state, shop, order, one, status="canceled", at=at)


def _expected(order: Order, line_id: int) -> int:
    waiting = [one for one in order.returns if one.status == "open" and not one.processed]
    return sum(one.lines.get(line_id, 0) for one in waiting)


def _hand_out(
    state: State, shop: Shop, order: Order, one: Return, exchange: Sequence[LineRequest]
) -> Decimal:
    """Put the new lines on the order; what they cost the shopper."""
    cost = Decimal(0)
    for wanted in exchange:
        line = order_line(state, shop, wanted, order.currency)
        tax_line(shop, line, order.currency)
        order.lines.append(line)
        one.exchange_lines.append(line.id)
        cost += line.discounted + (Decimal(0) if order.taxes_included else line.tax)
    return cost


def _end(state: State, shop: Shop, order: Order, one: Return, *, status: str, at: datetime | None) -> Return:
    with state.acting():
        if one.status != "open":
            raise Refused(f"Return {order.name}-R{one.number} is {one.status} already.")
        one.status = status
        one.closed_at = at or state.now
        topic = "returns/close" if status == "closed" else "returns/cancel"
        _tell(state, shop, order, one, topic=topic, when=one.closed_at)
        return one


def _tell(state: State, shop: Shop, order: Order, one: Return, *, topic: str, when: datetime) -> None:
    touch(order, when)
    state.emit(shop, topic, lambda: return_body(shop, order, one))
    state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
