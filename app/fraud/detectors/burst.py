"""A code brings far more orders in a day than its own history makes likely."""

from app.fraud.burst_odds import expected_tenths, is_rarer_than
from app.fraud.model import (
    HISTORY_DAYS,
    HOURS_OF_A_DAY,
    WEEK_DAYS,
    Case,
    Detector,
    Finding,
    Limits,
    Threshold,
)


def detect(case: Case, limits: Limits) -> Finding | None:
    """Four gates, all against the code's own past; a code younger than its history has none.

    The count must be worth a look, several times the usual day, above the busiest day (a creator
    posts every week, and each post is a burst), and rarer than chance explains. Source: decision 0064.
    """
    uses = case.uses
    if uses.day < limits["orders"] or uses.history_hours < WEEK_DAYS * HOURS_OF_A_DAY:
        return None
    expected = expected_tenths(uses.history, uses.history_hours)
    if uses.day * 10 < limits["times"] * expected or uses.day < 2 * uses.busiest_day:
        return None
    if not is_rarer_than(limits["odds"], uses.day, history=uses.history, hours=uses.history_hours):
        return None
    usual = f"{expected // 10}.{expected % 10}"
    reason = (
        f"{uses.day} orders with this code in 24 hours, where its past makes {usual} likely; "
        f"chance would bring as many less than once in {limits['odds']:,} days."
    )
    numbers = {
        "orders_24h": str(uses.day),
        "usual_24h": usual,
        "history_orders": str(uses.history),
        "history_days": str(min(HISTORY_DAYS, uses.history_hours // HOURS_OF_A_DAY)),
        "busiest_day": str(uses.busiest_day),
    }
    return Finding("burst", reason, numbers)


PLUGIN = Detector(
    label="Burst of orders",
    help="Orders of the last 24 hours against the code's own 28 days up to a week ago.",
    detect=detect,
    thresholds=(
        Threshold("orders", 12, 3, 10_000, "Orders in 24 hours, at least"),
        Threshold("times", 4, 2, 1000, "Times what its past makes likely"),
        Threshold("odds", 1_000_000, 100, 1_000_000_000, "Rarer than once in so many days by chance"),
    ),
)
