"""Nearly all orders with the code come without any click, though the creator's links are clicked."""

from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Acts only where clicks on this creator's links were recorded in the same week: a podcast has none."""
    uses = case.uses
    without = uses.week - uses.week_clicked
    if not case.clicks_recorded or case.has_click or uses.week < limits["orders"]:
        return None
    if without * 100 < limits["percent"] * uses.week:
        return None
    reason = f"{without} of the {uses.week} orders with this code in 7 days came without any click."
    return Finding("no_clicks", reason, {"orders": str(uses.week), "without_click": str(without)})


PLUGIN = Detector(
    label="Orders without clicks",
    help="The share of a code's orders of the last 7 days that no click on the creator's links precedes.",
    detect=detect,
    thresholds=(
        Threshold("orders", 20, 5, 10_000, "Orders with the code in 7 days, at least"),
        Threshold("percent", 95, 50, 100, "Percent of them without a click"),
    ),
)
