"""Which evidence stands before which, and what models are given of it. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from app.attribution.model import Candidate, Kind, Reason
from app.attribution.modelbook import DEFAULT
from app.attribution.touchpoint import Touchpoint
from app.campaigns.crediting import Source

NEVER = datetime.min.replace(tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def best_code(candidates: Sequence[Candidate]) -> Candidate | None:
    """Of the codes that passed their tests the one that took off most; the first of equals."""
    standing = [c for c in candidates if c.kind is Kind.CODE and c.is_eligible]
    return max(standing, key=lambda c: c.discount_minor or 0, default=None)


def touchpoints(
    candidates: Sequence[Candidate], sources: Sequence[Source]
) -> tuple[list[int], list[Touchpoint]]:
    """What models are given, and where each stands among the candidates. The same whatever their sequence.

    Of several codes only the best speaks. A binding speaks only where no stronger source does: it is
    the memory of an earlier order, and nothing that the shopper did for this one.
    """
    code = best_code(candidates)
    standing = [
        i
        for i, c in enumerate(candidates)
        if c.is_eligible and c.kind is not Kind.MANUAL and (c.kind is not Kind.CODE or c is code)
    ]
    ranks = {i: sources.index(Source(candidates[i].kind.value)) for i in standing}
    strongest = min(ranks.values(), default=0)
    speaking = sorted(
        (i for i in standing if candidates[i].kind is not Kind.BINDING or ranks[i] == strongest),
        key=lambda i: (candidates[i].seen_at or NEVER, ranks[i], candidates[i].value),
    )
    return speaking, [_touch(candidates[i], ranks[i]) for i in speaking]


def _touch(candidate: Candidate, rank: int) -> Touchpoint:
    return Touchpoint(
        kind=candidate.kind,
        creator_id=candidate.creator_id or 0,
        at=candidate.seen_at or NEVER,
        source_rank=rank,
        discount_minor=candidate.discount_minor or 0,
    )


def place(candidate: Candidate, sources: Sequence[Source]) -> tuple[int, int, int, int]:
    """Where a candidate stands in the record; less is better, and a tie keeps the order's own sequence."""
    if candidate.weight > 0 or candidate.kind is Kind.MANUAL:
        group = 0
    elif candidate.is_eligible:
        group = 1
    else:
        group = 2 if candidate.creator_id is not None else 3
    known = candidate.kind.value in set(Source)
    source = sources.index(Source(candidate.kind.value)) if known else -1
    newest = (NEVER - (candidate.seen_at or NEVER)) // MOMENT if candidate.kind is Kind.CLICK else 0
    return group, source, -(candidate.discount_minor or 0), newest


def lost_because(
    candidate: Candidate, winner: Candidate | None, code: Candidate | None, model: str
) -> Reason:
    """Why a candidate without weight has none."""
    if not candidate.is_eligible:
        return candidate.reason_code
    if winner is None or winner.kind is Kind.MANUAL:
        return Reason.OVERRULED
    if candidate.kind is Kind.CODE and code is not None and candidate is not code:
        same = candidate.creator_id == code.creator_id
        return Reason.SAME_CREATOR if same else Reason.SMALLER_DISCOUNT
    if candidate.creator_id == winner.creator_id:
        return Reason.SAME_CREATOR
    if model != DEFAULT:
        return Reason.NOT_THIS_MODEL
    return Reason.EARLIER_CLICK if candidate.kind is winner.kind else Reason.WEAKER_SOURCE
