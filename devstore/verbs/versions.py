"""Every change gives an order a newer version."""

from datetime import datetime, timedelta

from devstore.order_model import Order


def touch(order: Order, at: datetime) -> None:
    """updated_at becomes `at`, and at least a second later than the version before."""
    order.updated_at = max(at, order.updated_at + timedelta(seconds=1))
