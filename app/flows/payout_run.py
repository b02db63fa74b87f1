"""A payout run: planned, shown, approved, and made of what is payable at that moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from uuid import UUID, uuid5

from app.audit import store as audit
from app.db.session import ShopSession
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import random_key
from app.ledger.model import Entry
from app.ledger.post import post
from app.payouts import due_store, run_store, store
from app.payouts import run as running
from app.payouts.due import Owed, Plan, Terms, plan
from app.payouts.movement import movement
from app.payouts.protocol import State
from app.payouts.provider import PROVIDERS
from app.payouts.run import Run, RunIsOver, RunState
from app.payouts.store import New
from app.payouts.ways import Way

MADE = "payout.reserved"
DECIDED = "payout_run.decided"
PORTION = 1000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Ways:
    """What a shop can pay with now."""

    ready: Mapping[Way, str | None]
    """None, or the sentence that says what is missing."""
    limits: Mapping[str, int]
    """How many payouts each provider takes in one call."""


class PartsDiffer(Conflict):
    """A payout is not the sum of what it pays for: nothing of the run was written."""

    def __init__(self, amount_minor: int, parts_minor: int) -> None:
        super().__init__(
            f"A payout of {amount_minor} minor units would pay for {parts_minor}: the run was not made. "
            "Run `tribute prove` and tell whoever runs Tribute."
        )


def plan_run(session: ShopSession, asked: Run) -> Run | None:
    """Write down a run that is to come; None when the calendar's, or the creator's own, is there."""
    made = run_store.add(session, asked)
    if made is not None:
        _log(session, made, "planned", made.planned_by, made.planned_at)
    return made


def new_run(origin: str, cut_off: datetime, pay_at: datetime, *, actor: str, now: datetime) -> Run:
    """A run that was not written yet, with a key of its own."""
    return Run(0, random_key(), origin, RunState.PLANNED, cut_off, pay_at, now, actor)


def preview(session: ShopSession, run: Run, ways: Ways, now: datetime) -> Plan:
    """Whom the run would pay if it were made now, at its own time at the earliest."""
    pays_at = max(now, run.pay_at)
    owed = due_store.owed(session, run.cut_off, run.only_creator_id, at=pays_at)
    terms = Terms(
        run_store.settings(session),
        at=pays_at,
        ready=ways.ready,
        ignores_minimum=run.ignores_minimum,
    )
    return plan(owed, terms)


def approve(session: ShopSession, run_id: int, ways: Ways, *, actor: str, now: datetime) -> Run:
    """One person's yes. Raises RunIsOver, SamePerson."""
    run = run_store.get(session, run_id, lock=True)
    approved = running.approve(
        run, actor, now, needs_two=needs_two(session, preview(session, run, ways, now))
    )
    if approved != run:
        run_store.save(session, approved)
        _log(session, approved, "approved", actor, now)
    return approved


def needs_two(session: ShopSession, shown: Plan) -> bool:
    """Whether what it pays in any currency needs a second person."""
    settings = run_store.settings(session)
    return any(settings.needs_two(total, currency) for currency, total in shown.totals().items())


def may_be_made(session: ShopSession, run: Run, ways: Ways, now: datetime) -> bool:
    """Whether enough people said yes to what it would pay now."""
    settings = run_store.settings(session)
    shown = preview(session, run, ways, now)
    return running.is_approved(run, needs_two=needs_two(session, shown), is_automatic=settings.is_automatic)


def cancel(session: ShopSession, run_id: int, *, actor: str, now: datetime) -> Run:
    """Nobody is paid by it. Raises RunIsOver."""
    cancelled = running.cancel(run_store.get(session, run_id, lock=True))
    run_store.save(session, cancelled)
    _log(session, cancelled, "cancelled", actor, now)
    return cancelled


def decline(session: ShopSession, run_id: int, because: str, *, actor: str, now: datetime) -> Run:
    """No to a creator who asked; they read why. Raises RunIsOver, Invalid without a reason or for another run."""
    run = run_store.get(session, run_id, lock=True)
    if run.origin != running.REQUEST:
        raise Invalid(f"Nobody asked for run {run.id}: cancel it instead.")
    said = because.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise Invalid(f"Say why, in 1 to {LONGEST_REASON} letters: the creator who asked reads it.")
    declined = running.decline(run, said)
    run_store.save(session, declined)
    _log(session, declined, "declined", actor, now)
    return declined


def reserve(session: ShopSession, run_id: int, ways: Ways, *, actor: str, now: datetime) -> Plan:
    """Make the payouts of a run: what is payable leaves the creators' balances, in one transaction.

    What is paid is worked out here, with the balances locked: a refund that came since the preview counts, one that
    comes after it is carried. Raises RunIsOver for a run that was made or cancelled, PartsDiffer.
    """
    run = run_store.get(session, run_id, lock=True)
    if run.state is not RunState.PLANNED:
        raise RunIsOver(run, "made")
    due_store.lock(session, run.only_creator_id)
    found = preview(session, run, ways, now)
    made = _payouts(run, found.paid, ways)
    if made:
        _write(session, run, made, actor, now)
    run_store.save(session, running.made(run, now))
    _log(session, run, "reserved", actor, now)
    return found


def _payouts(run: Run, paid: Sequence[Owed], ways: Ways) -> list[New]:
    """Each with the key that its provider will know it by; those of one call share a batch."""
    numbers: dict[Way, count[int]] = {}
    made = []
    for one in paid:
        if one.details is None:
            raise LookupError(f"creator {one.handle} is paid without details")
        way = one.details.way
        provider = PROVIDERS[way]
        key = uuid5(run.key, f"{one.creator_id}:{one.currency}")
        limit = ways.limits.get(provider, 1)
        number = next(numbers.setdefault(way, count())) // limit
        batch = key if limit == 1 else run.batch(f"{way.value}:{one.currency}", number)
        made.append(New(one, key, batch, provider, one.details.details_id))
    return made


def _write(session: ShopSession, run: Run, made: Sequence[New], actor: str, now: datetime) -> None:
    """In portions, so that memory stays small however many there are.

    What each covers is written by one statement, while the balances still show what is payable.
    """
    portions = [made[start : start + PORTION] for start in range(0, len(made), PORTION)]
    ids: dict[tuple[int, str], int] = {}
    for part in portions:
        ids |= store.add(session, run.id, part, now)
    covered = [(ids[new.owed.creator_id, new.owed.currency], new.owed) for new in made]
    due_store.cover(session, run.cut_off, run.only_creator_id, covered)
    unequal = store.unequal(session, run.id)
    if unequal is not None:
        raise PartsDiffer(*unequal[1:])
    for part in portions:
        post(session, [_entry(session.shop_id, new, now) for new in part])
        told = [(_subject(new.key), _facts(run, new)) for new in part]
        audit.record_all(session, MADE, told, actor=actor, now=now)


def _entry(shop_id: int, new: New, now: datetime) -> Entry:
    moved = movement(None, State.RESERVED, new.owed.due_minor)
    if moved is None:
        raise LookupError("a payout that is made moves nothing")
    return Entry(
        shop_id=shop_id,
        kind=moved.kind,
        creator_id=new.owed.creator_id,
        currency=new.owed.currency,
        lines=moved.lines,
        effective_at=now,
        key=f"{_subject(new.key)}:1",
    )


def _facts(run: Run, new: New) -> dict[str, object]:
    return {
        "run": str(run.key),
        "creator": new.owed.handle,
        "currency": new.owed.currency,
        "amount_minor": new.owed.due_minor,
        "provider": new.provider,
        "details_version": new.owed.details.version if new.owed.details else None,
    }


def _subject(key: UUID) -> str:
    return f"payout:{key}"


def _log(session: ShopSession, run: Run, what: str, actor: str, now: datetime) -> None:
    facts = {
        "run": str(run.key),
        "what": what,
        "cut_off": run.cut_off.isoformat(),
        "pay_at": run.pay_at.isoformat(),
    }
    if run.declined_because is not None:
        facts["reason"] = run.declined_because
    audit.record(session, DECIDED, subject=f"payout_run:{run.id}", actor=actor, facts=facts, now=now)


def for_one(run: Run, creator_id: int) -> Run:
    """The same run for one creator alone."""
    return replace(run, only_creator_id=creator_id)
