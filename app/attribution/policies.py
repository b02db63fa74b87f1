"""Codes that are evidence only under a condition: with a click, or of whoever would win anyway. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from app.attribution.model import Candidate, Kind, Reason
from app.campaigns.crediting import CreditPolicy, policy_at
from app.orders.model import OrderFacts
from app.tracking.model import CodeOwner, fold


def apply_policies(
    candidates: Sequence[Candidate], order: OrderFacts, owners: Mapping[str, CodeOwner]
) -> list[Candidate]:
    """The same candidates; codes whose policy is not met have failed one test more."""
    clicks = [c for c in candidates if c.kind is Kind.CLICK and c.is_eligible]
    # Of clicks at one instant the one that models take for the last, in whatever sequence they were read.
    last = max(
        sorted(clicks, key=lambda c: c.value), key=lambda c: c.seen_at or order.placed_at, default=None
    )
    bound = next((c for c in candidates if c.kind is Kind.BINDING and c.is_eligible), None)
    winner = last or bound
    return [
        _checked(c, order, owners, {click.creator_id for click in clicks}, winner)
        if c.kind is Kind.CODE and c.creator_id is not None
        else c
        for c in candidates
    ]


def _checked(
    code: Candidate,
    order: OrderFacts,
    owners: Mapping[str, CodeOwner],
    clicked: set[int | None],
    winner: Candidate | None,
) -> Candidate:
    policy = policy_at(owners[fold(code.value)].policies, order.placed_at)
    if policy is CreditPolicy.ONLY_WITH_CLICK and code.creator_id not in clicked:
        return _failed(code, Reason.NEEDS_CLICK)
    if policy is CreditPolicy.ONLY_IF_WINNER and (winner is None or winner.creator_id != code.creator_id):
        return _failed(code, Reason.NEEDS_WINNING_CLICK)
    return code


def _failed(candidate: Candidate, reason: Reason) -> Candidate:
    failed = (*candidate.failed, reason)
    return msgspec.structs.replace(candidate, failed=failed, reason_code=failed[0])
