"""The order came from where the creator orders from, or where several other orders with the code came from."""

from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Looks 24 hours back: an internet address is given to somebody else before long."""
    own, others = case.ip.own, case.ip.others
    if own >= limits["own"]:
        reason = f"{case.creator} ordered from the same internet connection within 24 hours."
    elif others + 1 >= limits["orders"]:
        reason = f"{others + 1} orders with this code came from one internet connection within 24 hours."
    else:
        return None
    return Finding("same_ip", reason, {"own_orders": str(own), "other_orders": str(others)})


PLUGIN = Detector(
    label="Same internet connection",
    help="Orders within 24 hours from one IP address, which is kept only as a keyed digest.",
    detect=detect,
    thresholds=(
        Threshold("own", 1, 1, 100, "Orders of the creator's own from the same connection"),
        Threshold("orders", 4, 2, 1000, "Orders with the code from one connection, with this one"),
    ),
)
