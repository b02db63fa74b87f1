"""The shopper, or an extension for them, tried one code after the other."""

from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Counts different codes of one checkout; a mistyped code is one more."""
    if case.codes_tried < limits["codes"]:
        return None
    reason = f"{case.codes_tried} codes were tried in this checkout."
    return Finding("many_codes", reason, {"codes": str(case.codes_tried)})


PLUGIN = Detector(
    label="Many codes tried",
    help="Extensions and coupon hunters try one code after the other in a checkout.",
    detect=detect,
    thresholds=(Threshold("codes", 4, 2, 100, "Different codes in one checkout"),),
)
