"""Scalars and money as GraphQL writes them."""

from decimal import Decimal

from devstore.graphql.context import Node
from devstore.money import rounded
from devstore.order_model import Order
from devstore.totals import in_presentment


def decimal(amount: Decimal) -> str:
    """Ruby's BigDecimal: "597.0", "24.35", "45000.0"."""
    plain = format(amount.normalize(), "f")
    return plain if "." in plain else f"{plain}.0"


def money(amount: Decimal, currency: str) -> Node:
    """MoneyV2."""
    return {"__typename": "MoneyV2", "amount": decimal(rounded(amount, currency)), "currencyCode": currency}


def bag(order: Order, amount: Decimal) -> Node:
    """MoneyBag in the order's two currencies."""
    shown = in_presentment(order, amount)
    return {
        "__typename": "MoneyBag",
        "shopMoney": money(amount, order.currency),
        "presentmentMoney": money(shown, order.presentment_currency),
    }
