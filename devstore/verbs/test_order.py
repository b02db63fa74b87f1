"""The order of Shopify's test notification: id 820982911946154508, cancelled, voided, unconfirmed, a test."""

from decimal import Decimal

from devstore.model import Shop
from devstore.order_model import Order, OrderLine, Transaction
from devstore.state import State
from devstore.visit_model import Visit

TEST_ORDER_ID = 820982911946154508


def canned_order(state: State, shop: Shop) -> Order:
    """Not an order of the shop: nothing stores it. Its id is beyond 2^53 (T11)."""
    now = state.now
    line = OrderLine(
        id=866550311766439020, product_id=632910392, variant_id=808950810, title="Test product", variant_title="",
        sku="TEST", vendor=shop.name, price=Decimal(100), quantity=1, grams=0, gift_card=False, taxable=True,
        requires_shipping=True,
    )  # fmt: skip
    void = Transaction(
        id=389404469, kind="void", status="success", gateway="bogus", amount=Decimal(100), currency=shop.currency,
        shop_amount=Decimal(100), created_at=now, processed_at=now, test=True,
    )  # fmt: skip
    return Order(
        id=TEST_ORDER_ID, number=234, created_at=now, updated_at=now, currency=shop.currency,
        presentment_currency=shop.currency, presentment_rate=Decimal(1), taxes_included=shop.taxes_included,
        source_name="web", token="123456abcd", lines=[line], visit=Visit(), confirmation_number="TEST",  # noqa: S106
        email="jon@example.com", transactions=[void], test=True, confirmed=False, cancelled_at=now,
        cancel_reason="customer",
    )  # fmt: skip
