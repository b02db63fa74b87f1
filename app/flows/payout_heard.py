"""What is told of payouts: by a provider's webhook, a bank's file, or a person who looked."""

from collections.abc import Sequence
from datetime import datetime

from app.db.session import ShopSession
from app.flows.payout_moves import Change, move_on
from app.kernel.errors import Conflict, Invalid, NotFound
from app.payouts import protocol, store
from app.payouts.bank.answers import Answer, Outcome
from app.payouts.protocol import Done, Payout, State
from app.payouts.provider import Heard
from app.payouts.store import Held

BY_HAND = frozenset({"manual", "bank_file"})
"""Whose outcome no machine tells."""
_LONGEST = 140


class NoSuchPayout(NotFound):
    """No payout with that number in this shop."""

    def __init__(self, payout_id: int) -> None:
        super().__init__(f"There is no payout {payout_id} in this shop.")


class NotByHand(Conflict):
    """A payout of which its provider tells."""

    def __init__(self, held: Held) -> None:
        super().__init__(
            f"Payout {held.id} goes by {held.provider}, which tells itself what became of it. It is "
            f"{held.payout.state.value} by its last word."
        )


def take_heard(session: ShopSession, provider: str, heard: Sequence[Heard], now: datetime) -> int:
    """Apply what a provider told of its own accord. Returns how many of them are ours; others are left alone."""
    ours = store.by_key(session, [one.key for one in heard if one.key is not None])
    known = store.by_provider_id(session, provider, [one.fact.provider_id for one in heard])
    facts: dict[int, list[Done]] = {}
    for one in heard:
        found = ours.get(one.key) if one.key is not None else known.get(one.fact.provider_id)
        if found is not None:
            facts.setdefault(found, []).append(one.fact)
    changes = [Change(held, _told(held.payout, facts[held.id])) for held in store.locked(session, facts)]
    move_on(session, changes, actor=provider, now=now)
    return len(facts)


def take_bank(session: ShopSession, answers: Sequence[Answer], *, actor: str, now: datetime) -> list[int]:
    """Apply what a bank's file says. Returns the payouts that it spoke of; those that are not ours are left alone.

    A file read twice changes nothing. What it says of another amount than ours is refused as a whole.
    """
    spoken: dict[int, list[Answer]] = {}
    for one in answers:
        if one.payout_id is not None:
            spoken.setdefault(one.payout_id, []).append(one)
    ours = [held for held in store.locked(session, spoken) if held.provider == "bank_file"]
    for held in ours:
        _check_amounts(held, spoken[held.id])
    changes = [
        Change(held, _told(held.payout, [_fact(held, one) for one in spoken[held.id]])) for held in ours
    ]
    move_on(session, changes, actor=actor, now=now)
    return [held.id for held in ours]


def _check_amounts(held: Held, answers: Sequence[Answer]) -> None:
    for answer in answers:
        if answer.amount is not None and answer.amount != held.amount:
            raise Invalid(
                f"The bank's file says {answer.amount.minor} minor units of {answer.amount.currency} of payout "
                f"{held.id}, which is {held.amount.minor} of {held.amount.currency}. Nothing of the file was taken."
            )


def mark_paid(session: ShopSession, payout_id: int, reference: str, *, actor: str, now: datetime) -> None:
    """A person says that it was paid, with the reference of the payment. Raises NoSuchPayout, NotByHand, Invalid."""
    held = _by_hand(session, payout_id)
    said = reference.strip()
    if not 0 < len(said) <= _LONGEST:
        raise Invalid(
            f"Write the reference of the payment, 1 to {_LONGEST} letters, such as the bank's number of it."
        )
    _take(session, held, Done(_name(held), State.PAID, reason=f"Reference {said}"), actor, now)


def mark_failed(session: ShopSession, payout_id: int, why: str, *, actor: str, now: datetime) -> None:
    """A person says that it did not arrive: owed again. Raises NoSuchPayout, NotByHand, Invalid."""
    held = _by_hand(session, payout_id)
    said = _reason(why)
    state = State.RETURNED if held.payout.state is State.PAID else State.FAILED
    _take(session, held, Done(_name(held), state, reason=said), actor, now)


def release(session: ShopSession, payout_id: int, why: str, *, actor: str, now: datetime) -> None:
    """A person looked at the provider's own pages: it was never paid. Raises NoSuchPayout, Taken, Invalid."""
    held = _locked(session, payout_id)
    said = _reason(why)
    move_on(session, [Change(held, protocol.decided_never_sent(held.payout, said))], actor=actor, now=now)


def found_at_provider(
    session: ShopSession, payout_id: int, provider_id: str, *, actor: str, now: datetime
) -> None:
    """A person looked at the provider's own pages: it was paid, by that number. Raises NoSuchPayout, Conflict, Invalid."""
    held = _locked(session, payout_id)
    if not held.payout.needs_a_person:
        raise NotByHand(held)
    number = provider_id.strip()
    if not 0 < len(number) <= _LONGEST:
        raise Invalid("Write the number by which the provider knows the payment.")
    if store.by_provider_id(session, held.provider, [number]):
        raise Conflict(f"{number!r} is another payout of this shop: two cannot be the same payment.")
    _take(session, held, Done(number, State.PAID), actor, now)


def cancel(session: ShopSession, payout_id: int, *, actor: str, now: datetime) -> None:
    """Take back what nobody was asked to pay yet. Raises NoSuchPayout, Taken."""
    held = _locked(session, payout_id)
    move_on(session, [Change(held, protocol.cancel(held.payout))], actor=actor, now=now)


def _take(session: ShopSession, held: Held, fact: Done, actor: str, now: datetime) -> None:
    move_on(session, [Change(held, protocol.told(held.payout, fact))], actor=actor, now=now)


def _told(payout: Payout, facts: Sequence[Done]) -> Payout:
    for fact in facts:
        payout = protocol.told(payout, fact)
    return payout


def _fact(held: Held, answer: Answer) -> Done:
    states = {
        Outcome.ACCEPTED: State.IN_TRANSIT,
        Outcome.PAID: State.PAID,
        Outcome.REJECTED: State.FAILED,
        Outcome.RETURNED: State.RETURNED,
    }
    return Done(_name(held), states[answer.outcome], reason=answer.sentence)


def _name(held: Held) -> str:
    return held.payout.provider_id or str(held.key)


def _by_hand(session: ShopSession, payout_id: int) -> Held:
    held = _locked(session, payout_id)
    if held.provider not in BY_HAND:
        raise NotByHand(held)
    return held


def _locked(session: ShopSession, payout_id: int) -> Held:
    found = store.locked(session, [payout_id])
    if not found:
        raise NoSuchPayout(payout_id)
    return found[0]


def _reason(why: str) -> str:
    said = why.strip()
    if not 0 < len(said) <= _LONGEST:
        raise Invalid(f"Say why, in 1 to {_LONGEST} letters: the creator reads it.")
    return said
