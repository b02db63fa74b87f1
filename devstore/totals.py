"""The sums of an order, as placed and as it stands now after edits and refunds. One place; payloads only print them."""

from decimal import Decimal

from devstore.money import portion, rounded
from devstore.order_model import Order, OrderLine, Transaction

NOTHING = Decimal(0)
MONEY_IN = frozenset({"sale", "capture"})


class Totals:
    """Shop currency. `current_*` follow edits, refunds and cancellation; the others are as ordered."""

    def __init__(self, order: Order) -> None:
        self.order = order
        lines, parcels = order.lines, order.shipping_lines
        self.line_items = sum((line.gross for line in lines), NOTHING)
        self.subtotal = sum((line.discounted for line in lines), NOTHING)
        self.shipping = sum((p.discounted_price for p in parcels), NOTHING)
        self.shipping_tax = sum((t.price for p in parcels for t in p.tax_lines), NOTHING)
        self.tax = sum((line.tax for line in lines), NOTHING) + self.shipping_tax
        self.discounts = self.line_items - self.subtotal
        self.discounts += sum((p.price - p.discounted_price for p in parcels), NOTHING)
        self.price = self.subtotal + self.shipping + order.tip + self._on_top(self.tax)
        self._now(order)
        self._money(order)

    def _now(self, order: Order) -> None:
        currency = order.currency
        gone = order.cancelled_at is not None
        self.current_subtotal = sum((kept(line, line.discounted, currency) for line in order.lines), NOTHING)
        self.current_line_items = sum((line.price * line.current_quantity for line in order.lines), NOTHING)
        self.current_discounts = self.current_line_items - self.current_subtotal
        self.current_tax = sum((kept(line, line.tax, currency) for line in order.lines), NOTHING)
        # A cancelled order keeps nothing, whether or not money had to go back for it.
        self.current_shipping = NOTHING if gone else self.shipping - self._shipping_back()
        if self.shipping and not gone:
            left = self.shipping_tax * self.current_shipping / self.shipping
            self.current_tax += rounded(left, currency)
        tip = NOTHING if gone else order.tip
        self.current_price = (
            self.current_subtotal + self.current_shipping + tip + self._on_top(self.current_tax)
        )

    def _money(self, order: Order) -> None:
        done = [t for t in order.transactions if t.status == "success"]
        self.captured = sum((t.shop_amount for t in done if t.kind in MONEY_IN), NOTHING)
        self.authorized = sum((t.shop_amount for t in done if t.kind == "authorization"), NOTHING)
        back = [t for refund in order.refunds for t in refund.transactions]
        self.refunded = sum((t.shop_amount for t in back if t.status == "success"), NOTHING)
        self.refunding = sum((t.shop_amount for t in back if t.status == "pending"), NOTHING)
        self.outstanding = self.current_price - (self.captured - self.refunded)
        self.voided = any(t.kind == "void" for t in done)

    def _on_top(self, tax: Decimal) -> Decimal:
        return NOTHING if self.order.taxes_included else tax

    def _shipping_back(self) -> Decimal:
        return sum((p.refunded for p in self.order.shipping_lines), NOTHING)

    @property
    def financial_status(self) -> str:
        """REST's word; GraphQL shows it in capitals."""
        if self.refunded > 0:
            return "refunded" if self.refunded >= self.captured else "partially_refunded"
        if self.captured == 0:
            return self._before_payment()
        return "paid" if self.captured >= min(self.current_price, self.price) else "partially_paid"

    def _before_payment(self) -> str:
        if self.voided:
            return "voided"
        if self.order.expired:
            return "expired"
        if self.authorized > 0:
            return "authorized"
        return "paid" if self.price == 0 else "pending"


def kept(line: OrderLine, amount: Decimal, currency: str) -> Decimal:
    """The part of a line's amount that its remaining units carry.

    Units leave from the first on, so removed portions and this one always add up to the amount.
    """
    gone = line.quantity - line.current_quantity
    return portion(amount, gone, line.quantity, line.quantity, currency)


def payments(order: Order) -> list[Transaction]:
    """Every transaction of the order, refunds included, oldest first."""
    return [*order.transactions, *(t for refund in order.refunds for t in refund.transactions)]


def in_presentment(order: Order, amount: Decimal) -> Decimal:
    """A shop amount as the shopper saw it."""
    return rounded(amount * order.presentment_rate, order.presentment_currency)
