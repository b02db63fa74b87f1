"""What leads earn: each lead is one award, priced by the terms of its time."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from app.campaigns.model import OfferVersion
from app.commissions.happening import Happening, Priced
from app.commissions.lead_pay import pay
from app.commissions.model import AwardDue
from app.commissions.rules.per_lead import PerLead
from app.db.session import Fenced
from app.flows.judge_leads import KIND, Judged, judge
from app.kernel.currency import major_units
from app.leads import store
from app.leads.model import State, Verdict
from app.shops.store import ShopContext

__all__ = ["KIND", "Owed", "dues"]

COUNTED = frozenset({State.APPROVED, State.PENDING, State.REJECTED})
"""What keeps a place in caps and budgets."""
Owed = tuple[OfferVersion, str, int, AwardDue]
"""The version that pays, the name of its rule, creator id, and what is due."""


class _Earned(msgspec.Struct, frozen=True):
    judged: Judged
    name: str
    rule: PerLead
    priced: Priced

    def due(self) -> AwardDue:
        """As an award: pending and rejected leads owe nothing."""
        return AwardDue(
            key_suffix=self.judged.lead.ref,
            earned_at=self.judged.lead.at,
            amount_minor=self.priced.minor if self.judged.state is State.APPROVED else 0,
            currency=self.rule.currency,
            reason=_reason(self),
        )


def dues(session: Fenced, shop: ShopContext) -> dict[int, list[Owed]]:
    """By program, what it owes for leads; remembers what each lead counts as. Pending ones owe nothing yet."""
    judged = judge(session, shop)
    earned = list(_earned(judged))
    said: dict[str, list[_Earned]] = {}
    for one in earned:
        said.setdefault(one.judged.lead.ref, []).append(one)
    store.note(session, shop.id, [_verdict(one, said.get(one.lead.ref, [])) for one in judged])
    found: dict[int, list[Owed]] = {}
    for one in earned:
        j = one.judged
        if (
            j.offer is not None
            and j.program_id is not None
            and j.creator_id is not None
            and j.state is not State.PENDING
        ):
            found.setdefault(j.program_id, []).append((j.offer, one.name, j.creator_id, one.due()))
    return found


def _earned(judged: Sequence[Judged]) -> Iterator[_Earned]:
    """Each creator's leads by each rule of their program, caps and budgets counted."""
    counted = [
        (j.program_id or 0, j.creator_id or 0, name, j, rule)
        for j in judged
        if j.state in COUNTED
        for name, rule in j.rules
    ]
    for (_, _, name), group in groupby(sorted(counted, key=lambda c: c[:3]), key=lambda c: c[:3]):
        held = {j.lead.ref: (j, rule) for _, _, _, j, rule in group}
        for priced in pay((_happening(j), rule) for j, rule in held.values()):
            yield _Earned(held[priced.key][0], name, held[priced.key][1], priced)


def _happening(judged: Judged) -> Happening:
    return Happening(judged.lead.at, judged.lead.ref, judged.day, judged.state is State.REJECTED)


def _reason(earned: _Earned) -> str:
    """For the creator's statement: no word about who the lead is."""
    said = f"Lead of {earned.judged.day}: {earned.judged.lead.action.replace('_', ' ')}."
    if earned.judged.state is State.REJECTED:
        why = earned.judged.lead.ruling_reason
        return f"{said} It was rejected{f': {why}' if why else '.'}"
    return f"{said} {earned.priced.reason}" if earned.priced.reason else said


def _verdict(judged: Judged, earned: Sequence[_Earned]) -> Verdict:
    return Verdict(
        judged.lead.ref, judged.state, judged.program_id, judged.creator_id, judged.why,
        "; ".join(_amount(one) for one in earned if one.judged.state is not State.REJECTED),
    )  # fmt: skip


def _amount(earned: _Earned) -> str:
    minor, currency = earned.priced.placed_minor, earned.rule.currency
    said = f"{major_units(minor, currency)} {currency}"
    return f"{said}. {earned.priced.reason}" if earned.priced.reason else said
