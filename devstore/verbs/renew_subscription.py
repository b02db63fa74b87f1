"""The next order of a subscription: billed by its app, without a visit and without a code."""

from datetime import datetime

from devstore.model import Refused, Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.verbs.place_order import place_order

SUBSCRIPTIONS_APP = 5_859_381
"""Whoever bills the contract; any app but ours."""


def renew_subscription(
    state: State,
    shop: Shop,
    first: Order,
    *,
    at: datetime | None = None,
    source_name: str = "subscription_contract_checkout_one",
) -> Order:
    """Bill the lines of `first` that were bought on a selling plan. Emits as place_order. Refused: it has none such.

    Shopify wrote subscription_contract until October 2025 and writes subscription_contract_checkout_one since.
    """
    planned = [line for line in first.lines if line.selling_plan_id is not None]
    if not planned:
        raise Refused(f"{first.name} holds no subscription; order a line with a selling_plan_id first.")
    asked = OrderRequest(
        lines=[
            LineRequest(
                line.variant_id, line.quantity, line.price, dict(line.properties), line.selling_plan_id
            )
            for line in planned
        ],
        customer_id=first.customer_id,
        email=first.email,
        at=at,
        source_name=source_name,
        app_id=SUBSCRIPTIONS_APP,
    )
    return place_order(state, shop, asked)
