"""A person says who brought an order, or that nobody did, and can take that back.

The decision goes to the log and stays there; what stands now is its newest one that was not undone. The
order is judged again: what was posted for the wrong creator goes back, also after it was paid out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.attribution import store as evidence
from app.attribution.model import Assignment
from app.audit.model import Decision
from app.audit.store import about, record
from app.campaigns import store as campaigns
from app.creators import store as creators
from app.creators.model import could_earn
from app.db.session import ShopSession
from app.flows.explain import order_of
from app.kernel import words
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import share_out
from app.orders.store import StoredOrder, rejudge

ASSIGNED, UNASSIGNED, UNDONE = "order.assigned", "order.unassigned", "order.assignment_undone"
KINDS = (ASSIGNED, UNASSIGNED, UNDONE)
LONGEST_REASON = 500
MOST_CREATORS = 20
MILLION = 10**6


@dataclass(frozen=True)
class Part:
    """What one creator shall be credited with."""

    creator: str
    """Handle."""
    weight: Decimal | None = None
    """None: the same as everybody else without one."""
    program: str | None = None
    """Handle; None where the creator is in one program only."""


class BadSplit(Invalid):
    """Parts that cannot be the whole of an order."""


class NothingToUndo(Conflict):
    """Nobody has decided anything about the order, or all of it was undone already."""

    def __init__(self, order: str) -> None:
        super().__init__(f"There is no decision about {order} to undo: its evidence speaks for itself.")


class NeverEarns(Conflict):
    """An order that no decision can credit."""

    def __init__(self, order: str) -> None:
        super().__init__(f"{order} is a test order; test orders never earn, whoever they are credited to.")


def assign(
    session: ShopSession, reference: str, parts: Sequence[Part], *, reason: str, actor: str, now: datetime
) -> int:
    """Credit the order to these creators and to nobody else; without any, to nobody. Returns its number.

    Raises NoSuchOrder, NotFound for an unknown creator or program, NeverEarns, BadSplit, Invalid.
    """
    order = order_of(session, reference)
    why = words.line(reason, longest=LONGEST_REASON)
    if order.facts.test and parts:
        raise NeverEarns(order.facts.name)
    weights = _weights(parts)
    placed = order.facts.placed_at
    shares = [_share(session, part, weight, placed) for part, weight in zip(parts, weights, strict=True)]
    kind = ASSIGNED if parts else UNASSIGNED
    facts = {"order": order.facts.name, "shares": shares, "reason": why}
    _decide(session, order, kind, actor=actor, facts=facts, now=now)
    return order.facts.id


def undo(session: ShopSession, reference: str, *, actor: str, now: datetime) -> int:
    """Take back the newest decision that still stands; the one before it stands again, or the evidence.

    Returns the order's number. Raises NoSuchOrder, NothingToUndo.
    """
    order = order_of(session, reference)
    standing = standing_decisions(about(session, str(order.facts.id), KINDS))
    if not standing:
        raise NothingToUndo(order.facts.name)
    undone = standing[-1]
    facts = {"order": order.facts.name, "undone": undone.decided_at.isoformat(), "kind": undone.kind}
    _decide(session, order, UNDONE, actor=actor, facts=facts, now=now)
    return order.facts.id


def standing_decisions(log: Sequence[Decision]) -> list[Decision]:
    """Of the decisions about one order those that were not undone, oldest first; the last one holds."""
    standing: list[Decision] = []
    for decision in log:
        if decision.kind != UNDONE:
            standing.append(decision)
        elif standing:
            standing.pop()
    return standing


def standing_of(told: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of the decisions in an explanation the one about who brought the order that stands now; None without."""
    standing: list[Mapping[str, Any]] = []
    for decision in told:
        if decision["kind"] in {ASSIGNED, UNASSIGNED}:
            standing.append(decision)
        elif decision["kind"] == UNDONE and standing:
            standing.pop()
    return standing[-1] if standing else None


def project(session: ShopSession, order_id: int) -> None:
    """Bring what evaluation reads to where the decision log says it is, and have the order judged again."""
    standing = standing_decisions(about(session, str(order_id), KINDS))
    if standing:
        evidence.assign(session, order_id, _assignment(session, standing[-1]))
    else:
        evidence.unassign(session, order_id)
    rejudge.mark(session, [(session.shop_id, order_id)])


def _decide(
    session: ShopSession,
    order: StoredOrder,
    kind: str,
    *,
    actor: str,
    facts: dict[str, Any],
    now: datetime,
) -> None:
    evidence.take_turns(session, order.facts.id)  # Two people at once: the second sees the first's decision.
    record(session, kind, subject=str(order.facts.id), actor=actor, facts=facts, now=now)
    session.flush()
    project(session, order.facts.id)


def _assignment(session: ShopSession, decision: Decision) -> Assignment:
    shares = tuple(
        (_enrollment(session, share["creator"], share["program"])[0], Decimal(share["weight"]))
        for share in decision.facts["shares"]
    )
    return Assignment(shares, decision.actor, decision.facts["reason"], decision.decided_at)


def _weights(parts: Sequence[Part]) -> list[Decimal]:
    """Weights of six decimals that sum to exactly 1. Raises BadSplit."""
    if len(parts) > MOST_CREATORS:
        raise BadSplit(
            f"An order can be split between at most {MOST_CREATORS} creators; these are {len(parts)}."
        )
    if len({(p.creator, p.program) for p in parts}) < len(parts):
        raise BadSplit("A creator is named twice; name each once, with the whole of their part.")
    if all(part.weight is None for part in parts):
        units = share_out(MILLION, [1] * len(parts)) if parts else []
        return [Decimal(unit).scaleb(-6) for unit in units]
    weights = [part.weight for part in parts if part.weight is not None]
    if len(weights) < len(parts):
        raise BadSplit("Some creators have a part and some have none; give a part to all of them or to none.")
    if any(not w.is_finite() or w <= 0 or w != round(w, 6) for w in weights) or sum(weights) != 1:
        shown = " + ".join(f"{w:f}" for w in weights)
        raise BadSplit(
            f"The parts {shown} are not the whole: each is above 0 and together they are exactly 1."
        )
    return weights


def _share(session: ShopSession, part: Part, weight: Decimal, placed_at: datetime) -> dict[str, str]:
    _, program = _enrollment(session, part.creator, part.program, placed_at)
    return {"creator": part.creator, "program": program, "weight": f"{weight:f}"}


def _enrollment(
    session: ShopSession, handle: str, program: str | None, placed_at: datetime | None = None
) -> tuple[int, str]:
    """(enrollment id, program's handle) of the creator; of several the only one that could earn then.

    Raises NotFound, Conflict.
    """
    creator = creators.creator(session, handle)
    if program is not None:
        found = campaigns.program(session, program)
        return creators.enrollment(session, creator.id, found.id).id, found.handle
    held = creators.enrollments(session, creator.id)
    if len(held) > 1 and placed_at is not None:  # Whoever changed programs is in one of them at a time.
        held = [e for e in held if could_earn(e.active, placed_at)] or held
    if len(held) != 1:
        raise Conflict(f"{handle!r} is in {len(held)} programs; say which one the order counts for.")
    return held[0].id, campaigns.program_of_id(session, held[0].program_id).handle
