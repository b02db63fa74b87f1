"""The creator's link was advertised in a search engine: the brand would pay the ad's clicks and the creator."""

from app.fraud.landing import leads_to_code, paid_search
from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Acts on a click of the creator's, or a landing page that applies their code.

    A shopper who heard of a code and then came by the merchant's own ad is honest and common. A
    merchant who wants those looked at too sets `any_landing`.
    """
    pages = list(case.click_landings)
    if case.landing and (limits["any_landing"] or (case.code and leads_to_code(case.landing, case.code))):
        pages.append(case.landing)
    found = next((name for page in pages if (name := paid_search(page))), None)
    if found is None:
        return None
    reason = f"The visit came from a paid search result: its address carries {found}."
    return Finding("paid_search", reason, {"parameter": found})


PLUGIN = Detector(
    label="Paid search",
    help="The click, or the page that applies the code, carries the mark of a paid search result.",
    detect=detect,
    thresholds=(
        Threshold("any_landing", 0, 0, 1, "1: whatever page the visit began on, 0: only the creator's links"),
    ),
)
