"""Payouts are not made again by replay: what they moved in the books is posted as it was."""

from collections.abc import Mapping
from uuid import UUID

from app.creators import store as creators
from app.flows.replay_again import Again, Verb
from app.ledger.chart import EntryKind
from app.ledger.model import Entry, Line
from app.ledger.post import post
from app.payouts.movement import fee, movement
from app.payouts.protocol import State


def _reserve(again: Again) -> None:
    moved = movement(None, State.RESERVED, again.facts["amount_minor"])
    if moved is not None:
        _post(again, 1, moved.kind, moved.lines)


def _move(again: Again) -> None:
    facts = again.facts
    moved = movement(State(facts["from"]), State(facts["to"]), facts["amount_minor"])
    number = facts["entry"]
    if moved is not None:
        _post(again, number, moved.kind, moved.lines)
    took = fee(facts["fee_before"], facts["fee_after"])
    if took is not None:
        _post(again, number + (moved is not None), EntryKind.FEE, (took,))


def _post(again: Again, number: int, kind: EntryKind, lines: tuple[Line, ...]) -> None:
    key = UUID(again.subject.removeprefix("payout:"))
    creator = creators.creator(again.session, again.facts["creator"])
    entry = Entry(
        shop_id=again.session.shop_id,
        kind=kind,
        creator_id=creator.id,
        currency=again.facts["currency"],
        lines=lines,
        effective_at=again.decision.decided_at,
        key=f"payout:{key}:{number}",
    )
    post(again.session, [entry])


def _nothing(_again: Again) -> None:
    """It moves nothing in the books."""


PAYOUTS: Mapping[str, Verb] = {
    "payout.reserved": _reserve,
    "payout.moved": _move,
    **dict.fromkeys(
        ("payout_run.decided", "payout.settings_changed", "payout.paused", "payout.resumed",
         "payout_details.changed", "tax_form.received", "tax_form.accepted", "tax_form.rejected", "provider.connected", "provider.disconnected"),
        _nothing,
    ),
}  # fmt: skip
