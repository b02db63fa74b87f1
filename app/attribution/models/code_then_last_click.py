"""The paying model unless a merchant chooses another: the code that gave most, else the last click."""

from collections.abc import Sequence
from decimal import Decimal

from app.attribution.model import Candidate, Kind


def weights(touchpoints: Sequence[Candidate]) -> list[Decimal]:
    """All the credit to one: codes before clicks, the larger discount first, then the order's own sequence.

    `touchpoints` are eligible candidates, in the order's sequence; the answer has one weight each.
    """
    if not touchpoints:
        return []
    best = min(range(len(touchpoints)), key=lambda i: (*_rank(touchpoints[i]), i))
    return [Decimal(i == best) for i in range(len(touchpoints))]


def _rank(candidate: Candidate) -> tuple[int, int]:
    return (0 if candidate.kind is Kind.CODE else 1, -(candidate.discount_minor or 0))


PLUGIN = weights
