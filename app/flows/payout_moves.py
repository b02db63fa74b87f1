"""A payout went on: its row, the books and the log, together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import store as audit
from app.db.session import ShopSession
from app.flows.payout_letters import tell_creators
from app.ledger.chart import EntryKind
from app.ledger.model import Entry, Line
from app.ledger.post import post
from app.payouts import store
from app.payouts.movement import fee, movement
from app.payouts.protocol import Payout, State
from app.payouts.store import Held

KIND = "payout.moved"
WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Change:
    """What was known of a payout when it was locked, and what is known now."""

    held: Held
    after: Payout


def move_on(session: ShopSession, changes: Sequence[Change], *, actor: str, now: datetime) -> int:
    """Write down each change, in five statements however many there are. Returns how many there were.

    The payouts are locked by the caller: each entry's key counts the entries of its payout, so the same movement
    can never be posted twice.
    """
    news = [one for one in changes if one.after != one.held.payout]
    entries = [_entries(session.shop_id, one, now) for one in news]
    saved = [
        (one.held.id, one.after, one.held.moves + len(made)) for one, made in zip(news, entries, strict=True)
    ]
    if saved:
        store.save(session, saved, now)
    post(session, [entry for made in entries for entry in made])
    told = [one for one in news if one.after.state is not one.held.payout.state or made_fee(one)]
    audit.record_all(session, KIND, [(subject(one.held), _facts(one)) for one in told], actor=actor, now=now)
    tell_creators(session, [_ended(one) for one in told if one.after.state is not one.held.payout.state], now)
    return len(news)


def subject(held: Held) -> str:
    """By what the log names a payout."""
    return f"payout:{held.key}"


def made_fee(change: Change) -> bool:
    """Whether the provider told another fee."""
    return change.after.fee_minor != change.held.payout.fee_minor


def _ended(change: Change) -> tuple[Held, State, str | None]:
    return change.held, change.after.state, change.after.reason


def _entries(shop_id: int, change: Change, now: datetime) -> list[Entry]:
    held, before, after = change.held, change.held.payout, change.after
    moved = movement(before.state, after.state, held.amount.minor)
    wanted = [(moved.kind, moved.lines)] if moved else []
    took = fee(before.fee_minor, after.fee_minor)
    if took is not None:
        wanted.append((EntryKind.FEE, (took,)))
    return [
        entry_of(shop_id, held, kind, lines, now, number=held.moves + n)
        for n, (kind, lines) in enumerate(wanted, start=1)
    ]


def entry_of(
    shop_id: int, held: Held, kind: EntryKind, lines: tuple[Line, ...], now: datetime, *, number: int
) -> Entry:
    """The `number`th entry of a payout."""
    return Entry(
        shop_id=shop_id,
        kind=kind,
        creator_id=held.creator_id,
        currency=held.amount.currency,
        lines=lines,
        effective_at=now,
        key=f"{subject(held)}:{number}",
    )


def _facts(change: Change) -> dict[str, object]:
    held, before, after = change.held, change.held.payout, change.after
    return {
        "run": str(held.run_key),
        "creator": held.handle,
        "currency": held.amount.currency,
        "amount_minor": held.amount.minor,
        "from": before.state.value,
        "to": after.state.value,
        "entry": held.moves + 1,
        "fee_before": before.fee_minor,
        "fee_after": after.fee_minor,
        "provider": held.provider,
        "provider_id": after.provider_id,
        "details_version": held.details_version,
        "attempt": after.attempts,
        "reason": after.reason,
    }
