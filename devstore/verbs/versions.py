"""Every change gives an order a newer version."""

from datetime import timedelta

from devstore.order_model import Order
from devstore.state import State


def touch(state: State, order: Order) -> None:
    """updated_at becomes now, and at least a second later than the version before."""
    order.updated_at = max(state.now, order.updated_at + timedelta(seconds=1))
