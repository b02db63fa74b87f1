"""The order has the delivery address of the creator's own orders, or of several others with the code."""

from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Neighbours and colleagues share an address, so other shoppers' orders count only in number."""
    own, others = case.address.own, case.address.others
    if own >= limits["own"]:
        reason = f"{case.creator} ordered with the same delivery address."
    elif others + 1 >= limits["orders"]:
        reason = (
            f"{others + 1} orders with this code have the same delivery address, from different customers."
        )
    else:
        return None
    return Finding("same_address", reason, {"own_orders": str(own), "other_orders": str(others)})


PLUGIN = Detector(
    label="Same delivery address",
    help="Orders of the last 35 days with one delivery address, which is kept only as a keyed digest.",
    detect=detect,
    thresholds=(
        Threshold("own", 1, 1, 100, "Orders of the creator's own with the same delivery address"),
        Threshold("orders", 3, 2, 1000, "Orders of different customers with it, with this one"),
    ),
)
