"""The code looks leaked when this order comes in."""

from app.fraud.leak_score import leak_score
from app.fraud.model import Case, Detector, Finding, Limits, Threshold


def detect(case: Case, limits: Limits) -> Finding | None:
    """Holds this one order; what the creator earned before is not touched."""
    score = leak_score(case.uses, clicks_recorded=case.clicks_recorded)
    if score.points < limits["score"]:
        return None
    parts = ", ".join(part.sentence for part in score.parts if part.points)
    reason = f"The code looked leaked when this order came in ({score.points} of 100): {parts}."
    return Finding(
        "leaked_code", reason, {"score": str(score.points), **{p.key: str(p.points) for p in score.parts}}
    )


PLUGIN = Detector(
    label="Leaked code",
    help="The leak score of the code as this order came in: 0 is no sign, 100 is every sign.",
    detect=detect,
    thresholds=(Threshold("score", 60, 20, 100, "Points of the leak score"),),
)
