"""The part of an explanation that puts every attribution model side by side, in money."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.attribution.decide import terms_of, weigh, weighed_by
from app.attribution.model import Candidate, Decision, Kind
from app.attribution.modelbook import MODELS
from app.attribution.rank import touchpoints
from app.campaigns.crediting import History, Source
from app.campaigns.model import OfferVersion, Program
from app.commissions.model import Standing
from app.db.session import ShopSession
from app.flows.explain_words import money, plain
from app.flows.reckon import Decided, reckon
from app.orders.store import StoredOrder

Json = dict[str, Any]
Weights = tuple[tuple[int, Decimal], ...]
"""(creator id, weight) of everybody with a part."""


def side_by_side(
    session: ShopSession,
    order: StoredOrder,
    decision: Decision,
    programs: Sequence[Program],
    offers: Mapping[int, Sequence[OfferVersion]],
    *,
    timezone: str,
) -> list[Json]:
    """What each model would credit for this order's evidence, whoever was credited; the paying one is marked.

    A person's decision replaces the paying model's answer, and is not one of them.
    """
    evidence = [c for c in decision.candidates if c.kind is not Kind.MANUAL]
    if not any(c.is_eligible for c in evidence):
        return []
    by_hand = len(evidence) < len(decision.candidates) or decision.reason_code == "nobody_by_hand"
    histories: dict[int, History] = {p.id: p.history for p in programs}
    sources = terms_of(evidence, histories, order.facts).sources
    answers = {name: _weighed(evidence, order, name, decision, sources) for name in MODELS}
    priced = _priced(session, order, list(answers.values()), offers, timezone)
    _, touches = touchpoints(evidence, sources)
    shown = [
        {
            "model": name,
            "label": model.label,
            "says": model.says,
            "pays": name == decision.model and not by_hand,
            "error": plain(model.error(touches, order.facts.placed_at)),
            "credits": _credits(answers[name], priced, order.facts.currency),
        }
        for name, model in MODELS.items()
    ]
    return sorted(shown, key=lambda row: not row["pays"])


def _weighed(
    evidence: Sequence[Candidate],
    order: StoredOrder,
    name: str,
    decision: Decision,
    sources: Sequence[Source],
) -> list[Candidate]:
    """What the model says; of the one that paid, what it said when it did."""
    paid = sum((c.weight for c in evidence), Decimal(0))
    if name == decision.model and paid == 1:
        return list(evidence)
    blank = weighed_by(evidence, [Decimal(0)] * len(evidence))
    return weigh(blank, order.facts, name, sources)


def _shares(weighed: Sequence[Candidate]) -> Weights:
    winners = Decision("", tuple(weighed), None, ()).winners
    return tuple(sorted((w.creator_id or 0, w.weight) for w in winners))


def _priced(
    session: ShopSession,
    order: StoredOrder,
    answers: Sequence[Sequence[Candidate]],
    offers: Mapping[int, Sequence[OfferVersion]],
    timezone: str,
) -> Mapping[Weights, Mapping[int, int]]:
    """Commission by creator of each different division, as the offer would have priced it."""
    divisions = {_shares(weighed): Decision("", tuple(weighed), None, ()) for weighed in answers}
    decided = [Decided(order, d, Standing(paid_at=order.paid_at)) for d in divisions.values()]
    reckoned = reckon(
        session, decided, {order.shop_id: offers}, {order.shop_id: timezone}, held=None, apart=True
    )
    return {
        shares: {e.creator_id: e.commission_minor for e in result.earnings}
        for shares, result in zip(divisions, reckoned, strict=True)
    }


def _credits(
    weighed: Sequence[Candidate], priced: Mapping[Weights, Mapping[int, int]], currency: str
) -> list[Json]:
    handles, shares = {c.creator_id: c.creator for c in weighed}, _shares(weighed)
    commissions = priced[shares]
    rows = [
        {
            "creator": handles[creator],
            "weight": plain(weight),
            "commission": money(commissions.get(creator, 0), currency),
        }
        for creator, weight in shares
    ]
    return sorted(rows, key=lambda row: (-Decimal(str(row["weight"])), str(row["creator"])))
