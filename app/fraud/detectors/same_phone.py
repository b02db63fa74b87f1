"""The order has the telephone number of the creator's own orders, or of several others with the code."""

from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """A family shares a number, so other shoppers' orders count only in number."""
    own, others = case.phone.own, case.phone.others
    if own >= limits["own"]:
        reason = f"{case.creator} ordered with the same telephone number."
    elif others + 1 >= limits["orders"]:
        reason = (
            f"{others + 1} orders with this code have the same telephone number, from different customers."
        )
    else:
        return None
    return Finding("same_phone", reason, {"own_orders": str(own), "other_orders": str(others)})


PLUGIN = Detector(
    label="Same telephone number",
    help="Orders of the last 35 days with one telephone number, which is kept only as a keyed digest.",
    detect=detect,
    thresholds=(
        Threshold("own", 1, 1, 100, "Orders of the creator's own with the same telephone number"),
        Threshold("orders", 3, 2, 1000, "Orders of different customers with it, with this one"),
    ),
)
