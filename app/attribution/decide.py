"""Who brought an order: every candidate tested, ranked and kept, whether it won or lost.

Pure: the same facts give the same decision, whenever they are looked at. Source: semantics.md 2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from app.attribution.candidates import Context, by_hand, gather
from app.attribution.model import Candidate, Decision, Flag, Kind, Reason
from app.attribution.modelbook import DEFAULT, model_of
from app.attribution.policies import apply_policies
from app.attribution.rank import best_code, lost_because, place, touchpoints
from app.attribution.sentences import sentence
from app.campaigns.crediting import USUAL, Crediting, History, Source, crediting_at
from app.orders.model import OrderFacts

__all__ = ["Context", "decide", "terms_of", "weigh", "weighed_by"]

NOBODY, EVERYTHING = Decimal(0), Decimal(1)


def decide(order: OrderFacts, context: Context) -> Decision:
    """Credit the order. Weights sum to exactly 1, or nobody is credited; every candidate stays in the record."""
    found = apply_policies(gather(order, context), order, context.owners)
    terms = terms_of(found, _histories(found, context, order.placed_at), order)
    model = context.model or terms.model
    weighed = weigh(found, order, model, terms.sources)
    code = best_code(found)
    rivals = any(c.creator_id != code.creator_id for c in found if _is_code(c)) if code else False
    if context.assignment is not None:
        manual = by_hand(order, context)
        if not all(c.is_eligible for c in manual):
            manual = [msgspec.structs.replace(c, weight=NOBODY) for c in manual]
        weighed = [*manual, *weighed_by(found, [NOBODY] * len(found))]
    ranked = _settle(weighed, order, model, terms.sources)
    winner = next((c for c in ranked if c.won), None)
    return Decision(
        model=model,
        candidates=tuple(ranked),
        reason_code=None if winner else _why_nobody(ranked, context),
        flags=(Flag.TWO_CREATORS,) if rivals and context.assignment is None else (),
    )


def _histories(candidates: Sequence[Candidate], context: Context, at: datetime) -> dict[int, History]:
    """The settings of the programs that evidence speaks for; a batch knows many more."""
    programs = {c.program_id for c in candidates if c.program_id is not None}
    found: dict[int, History] = {}
    for owner in context.everybody(at) if programs else ():
        if owner.program_id in programs:
            found[owner.program_id] = owner.history
            if len(found) == len(programs):
                break
    return found


def weigh(
    candidates: Sequence[Candidate], order: OrderFacts, model: str, sources: Sequence[Source]
) -> list[Candidate]:
    """The same candidates with the weights that the model gives them. Raises NoSuchModel."""
    if model == DEFAULT and len(candidates) == 1 and _is_code(candidates[0]):
        return [msgspec.structs.replace(candidates[0], weight=EVERYTHING)]
    positions, touches = touchpoints(candidates, sources)
    weights = [NOBODY] * len(candidates)
    for position, weight in zip(positions, model_of(model).weights(touches, order.placed_at), strict=True):
        weights[position] = weight
    return weighed_by(candidates, weights)


def weighed_by(candidates: Sequence[Candidate], weights: Sequence[Decimal]) -> list[Candidate]:
    """The same candidates with these weights."""
    return [
        c if c.weight == w else msgspec.structs.replace(c, weight=w)
        for c, w in zip(candidates, weights, strict=True)
    ]


def terms_of(
    candidates: Sequence[Candidate], histories: Mapping[int, History], order: OrderFacts
) -> Crediting:
    """The settings of the program whose evidence would win by the usual rules: programs of a shop may differ."""
    programs = {c.program_id for c in candidates if c.is_eligible and c.program_id is not None}
    if len(programs) > 1:
        usual = weigh(candidates, order, DEFAULT, USUAL)
        programs = {c.program_id for c in usual if c.weight > 0 and c.program_id is not None}
    return next((crediting_at(histories[p], order.placed_at) for p in programs), Crediting())


def _is_code(candidate: Candidate) -> bool:
    return candidate.kind is Kind.CODE and candidate.is_eligible


def _settle(
    candidates: Sequence[Candidate], order: OrderFacts, model: str, sources: Sequence[Source]
) -> list[Candidate]:
    """Best first, each with its reason in a code and in a sentence."""
    ranked = sorted(candidates, key=lambda c: place(c, sources))
    winner = next((c for c in ranked if c.weight > 0), None)
    code = best_code(candidates)
    settled = []
    for candidate in ranked:
        reason = lost_because(candidate, winner, code, model) if candidate.weight == 0 else Reason.WON
        beaten_by = code if reason is Reason.SMALLER_DISCOUNT else winner
        words = sentence(reason, candidate, beaten_by, order, model)
        settled.append(
            msgspec.structs.replace(candidate, won=candidate.weight > 0, reason_code=reason, reason=words)
        )
    return settled


def _why_nobody(candidates: Sequence[Candidate], context: Context) -> Reason:
    """The most telling reason: that of the first candidate, because what belongs to a creator stands before the rest."""
    if context.assignment is not None and not context.assignment.shares:
        return Reason.NOBODY_BY_HAND
    return candidates[0].reason_code if candidates else Reason.NO_EVIDENCE
