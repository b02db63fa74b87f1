"""The base that a commission stands on: net sales by line, as placed and as it stands now.

Pure. Source: semantics.md 4, precision.md 2 (docs/decisions/0003).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm

from app.kernel.money import half_even
from app.orders.model import DisputeFacts, DisputeState, Line, OrderFacts, RefundFacts


@dataclass(frozen=True, slots=True)
class LineBase:
    """One eligible line: its base as placed, and how much of it is left."""

    line: Line
    placed_minor: int
    """B0: price x ordered - allocations - contained tax."""
    ordered: int
    remaining: int
    """r: units neither refunded, edited away nor cancelled."""

    @property
    def current_minor(self) -> int:
        """B: the base that still stands, rounded once."""
        return half_even(self.placed_minor * self.remaining, self.ordered)

    @property
    def gmv_minor(self) -> int:
        """Price x ordered, before discounts and returns, tax as priced."""
        return self.line.price_minor * self.ordered


def line_bases(order: OrderFacts, refunds: Iterable[RefundFacts]) -> list[LineBase]:
    """Every line that may earn: gift-card purchases and lines of nothing are left out.

    Money fields of refunds are never read: units say what came back.
    """
    back = returned(refunds)
    return [
        LineBase(
            line,
            _as_placed(line, order.taxes_included),
            line.ordered,
            _remaining(order, line, back[line.id]),
        )
        for line in order.lines
        if not line.gift_card and line.ordered > 0
    ]


def returned(refunds: Iterable[RefundFacts]) -> Counter[int]:
    """Units that came back, by line."""
    found: Counter[int] = Counter()
    for refund in refunds:
        for line_id, units in refund.lines:
            found[line_id] += units
    return found


def _as_placed(line: Line, taxes_included: bool) -> int:  # noqa: FBT001
    tax = line.tax_minor if taxes_included else 0
    return line.price_minor * line.ordered - line.discount_minor - tax


def _remaining(order: OrderFacts, line: Line, returned: int) -> int:
    if order.cancelled_at is not None:
        return 0
    return max(0, min(line.current, line.ordered - returned))


def shipping_base(order: OrderFacts, refunds: Iterable[RefundFacts]) -> tuple[int, int]:
    """(as placed, what still stands) of shipping after discounts, without contained tax; for offers that pay on it.

    Only what refunds say of shipping lines lowers it; the adjustment of the same amount is its shadow.
    """
    placed = order.shipping_minor - (order.shipping_tax_minor if order.taxes_included else 0)
    if order.cancelled_at is not None or order.shipping_minor <= 0:
        return placed, 0
    left = order.shipping_minor - _shipping_back(order, refunds)
    return placed, half_even(placed * left, order.shipping_minor)


def _shipping_back(order: OrderFacts, refunds: Iterable[RefundFacts]) -> int:
    return min(order.shipping_minor, sum(refund.shipping_minor or 0 for refund in refunds))


def due_minor(order: OrderFacts, refunds: Sequence[RefundFacts]) -> int | None:
    """What the whole order costs with its edits and before its refunds; None when no body told a total.

    Shopify tells what stands after both, so what the refunded units and shipping cost is put back. Money
    fields of refunds are not asked.
    """
    if order.total_minor is None:
        return None
    units = returned(refunds)
    lines = sum(
        half_even(_paid_for(line, order.taxes_included) * min(units[line.id], line.ordered), line.ordered)
        for line in order.lines
        if line.ordered > 0
    )
    back = _shipping_back(order, refunds)
    if back and not order.taxes_included:
        back += half_even(order.shipping_tax_minor * back, order.shipping_minor)
    return order.total_minor + lines + back


def _paid_for(line: Line, taxes_included: bool) -> int:  # noqa: FBT001
    tax = 0 if taxes_included else line.tax_minor
    return line.price_minor * line.ordered - line.discount_minor + tax


def lost_share(order: OrderFacts, disputes: Iterable[DisputeFacts]) -> tuple[int, int] | None:
    """(lost, whole) of what still stands, by disputes that the bank decided for the shopper; None: nothing is lost.

    A dispute in the shopper's currency is measured by the total in that currency. One whose amount nobody
    told, or in a currency that the order does not know, is for the whole order.
    """
    lost = [d for d in disputes if d.state is DisputeState.LOST]
    if not lost:
        return None
    parts = [_part(order, dispute) for dispute in lost]
    if any(part is None for part in parts):
        return (1, 1)
    told = [part for part in parts if part is not None]
    whole = lcm(*(of for _, of in told))
    return (min(whole, sum(minor * (whole // of) for minor, of in told)), whole)


def _part(order: OrderFacts, dispute: DisputeFacts) -> tuple[int, int] | None:
    totals = {order.shown_currency: order.shown_total_minor, order.currency: order.total_minor}
    total = totals.get(dispute.currency)
    if dispute.amount_minor is None or not total or total < 0:
        return None
    return (dispute.amount_minor, total)
