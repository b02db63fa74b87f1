"""The base that a commission stands on: net sales by line, as placed and as it stands now.

Pure. Source: semantics.md 4, precision.md 2 (docs/decisions/0003).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.money import half_even
from app.orders.model import Line, OrderFacts, RefundFacts


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
    returned: Counter[int] = Counter()
    for refund in refunds:
        for line_id, units in refund.lines:
            returned[line_id] += units
    return [
        LineBase(
            line,
            _as_placed(line, order.taxes_included),
            line.ordered,
            _remaining(order, line, returned[line.id]),
        )
        for line in order.lines
        if not line.gift_card and line.ordered > 0
    ]


def _as_placed(line: Line, taxes_included: bool) -> int:  # noqa: FBT001
    tax = line.tax_minor if taxes_included else 0
    return line.price_minor * line.ordered - line.discount_minor - tax


def _remaining(order: OrderFacts, line: Line, returned: int) -> int:
    if order.cancelled_at is not None:
        return 0
    return max(0, min(line.current, line.ordered - returned))
