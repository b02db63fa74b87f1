"""The life of one payout: which step is next, and what each answer makes of it. Pure; source: semantics.md 8.

Reserve, commit `submitting`, call, write down what was heard. An outcome that nobody told is `unknown` and stays so
until the provider was asked; no timer releases money. A refusal counts only while a single attempt was ever made:
on a retry it says nothing about the first.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from app.kernel.errors import Conflict

KEY_HOLDS = timedelta(hours=20)
"""How long after the first attempt the same key cannot pay twice. Stripe forgets keys after 24 h, PayPal after 30 days."""
LOOK_AGAIN = timedelta(hours=1)
"""Between two look-ups that found nothing, before the second is believed."""
LOST_AFTER = timedelta(minutes=10)
"""How old a call may grow before whoever made it counts as gone."""
SEND_AGAIN = timedelta(minutes=15)
"""Between two attempts: whoever is down for a day is not called a thousand times."""
ASK_EVERY = timedelta(hours=6)
"""How often a payout on its way is asked about: webhooks may be missed."""


class State(StrEnum):
    """Where a payout is. People read `reserved` as queued, `submitting` and `unknown` as submitted."""

    RESERVED = "reserved"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    IN_TRANSIT = "in_transit"
    UNCLAIMED = "unclaimed"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OPEN = frozenset({State.RESERVED, State.SUBMITTING, State.UNKNOWN})
"""Not yet with the provider, as far as we know: one of these for each creator and currency."""
BACK = frozenset({State.FAILED, State.RETURNED, State.CANCELLED})
"""The money is payable again."""


class Step(Enum):
    """What to do next with a payout."""

    SEND = "send"
    LOOK_UP = "look_up"
    WAIT = "wait"
    ASK_A_PERSON = "ask_a_person"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Done:
    """The provider has it: a fact, whoever tells it and however late."""

    provider_id: str
    state: State = State.IN_TRANSIT
    """in_transit, unclaimed, paid, failed, returned or cancelled."""
    fee_minor: int | None = None
    """Minor units of the payout's currency, of the sender; None: not told."""
    reason: str | None = None
    """A sentence, where it did not arrive."""


@dataclass(frozen=True, slots=True)
class Refused:
    """This attempt moved nothing. Says nothing about attempts before it."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Time-out, dropped connection, 5xx, key in use: it may or may not have happened."""

    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A look-up found nothing."""


Answer = Done | Refused | Unknown | Missing


@dataclass(frozen=True, slots=True)
class Payout:
    """What the protocol knows of one payout."""

    state: State = State.RESERVED
    attempts: int = 0
    first_sent_at: datetime | None = None
    """Commit of `submitting`, before the first call."""
    sent_at: datetime | None = None
    """The same of the latest attempt."""
    looked_at: datetime | None = None
    """The latest look-up that was answered."""
    missing_since: datetime | None = None
    """The first of the look-ups in a row that found nothing since the latest attempt."""
    refusal: Refused | None = None
    """A refusal of a retry, until the look-ups agree with it."""
    provider_id: str | None = None
    fee_minor: int = 0
    reason: str | None = None

    @property
    def needs_a_person(self) -> bool:
        """Asked twice, found nowhere, and too late to send again: only a person may decide."""
        return self.state is State.UNKNOWN and self.reason == ASK


ASK = "The provider knows nothing of this payout, and it is too late to send it again safely."


class Taken(Conflict):
    """Another worker was quicker, or the payout is not where this step needs it."""

    def __init__(self, state: State, wanted: str) -> None:
        super().__init__(f"This payout is {state.value}: it cannot be {wanted}. Look at it again.")
        self.state = state


def next_step(payout: Payout, now: datetime) -> Step:
    """What a worker may do with it at `now`."""
    match payout.state:
        case State.RESERVED:
            return Step.SEND
        case State.SUBMITTING:
            return Step.LOOK_UP if _is_lost(payout, now) else Step.WAIT
        case State.UNKNOWN:
            return _of_unknown(payout, now)
        case State.IN_TRANSIT | State.UNCLAIMED:
            return Step.LOOK_UP if _is_time(payout.looked_at or payout.sent_at, ASK_EVERY, now) else Step.WAIT
        case _:
            return Step.NOTHING


def _of_unknown(payout: Payout, now: datetime) -> Step:
    if payout.needs_a_person:
        return Step.ASK_A_PERSON
    if payout.missing_since is None:
        return Step.LOOK_UP
    if payout.refusal is None and _key_holds(payout, now):
        return Step.SEND if _is_time(payout.sent_at, SEND_AGAIN, now) else Step.WAIT
    return Step.LOOK_UP if _is_time(payout.looked_at, LOOK_AGAIN, now) else Step.WAIT


def begin(payout: Payout, now: datetime) -> Payout:
    """Before a call, committed before it is made. Raises Taken: nobody may call then."""
    if next_step(payout, now) is not Step.SEND:
        raise Taken(payout.state, "sent")
    return replace(
        payout,
        state=State.SUBMITTING,
        attempts=payout.attempts + 1,
        first_sent_at=payout.first_sent_at or now,
        sent_at=now,
        looked_at=None,
        missing_since=None,
        reason=None,
    )


def orphaned(payout: Payout) -> Payout:
    """Whoever called is gone: nobody knows what became of it."""
    if payout.state is not State.SUBMITTING:
        return payout
    return replace(
        payout, state=State.UNKNOWN, reason="The call was interrupted before its answer was written down."
    )


def sent(payout: Payout, answer: Answer, attempt: int) -> Payout:
    """What the call of this attempt answered. However late: a newer attempt may be under way."""
    match answer:
        case Done():
            return told(payout, answer)
        case Refused() if payout.state in {State.SUBMITTING, State.UNKNOWN}:
            return _refused(payout, answer)
        case Unknown(why) if payout.state is State.SUBMITTING and attempt == payout.attempts:
            return replace(payout, state=State.UNKNOWN, reason=why)
        case _:
            return payout


def _refused(payout: Payout, answer: Refused) -> Payout:
    if payout.attempts == 1:
        return replace(payout, state=State.FAILED, reason=answer.sentence)
    return replace(payout, state=State.UNKNOWN, refusal=answer, reason=answer.sentence)


def looked(payout: Payout, answer: Answer, attempt: int, now: datetime) -> Payout:
    """What a look-up answered that began after this attempt. That nothing is there is no news of a newer one."""
    if isinstance(answer, Done):
        return replace(told(payout, answer), looked_at=now)
    if not isinstance(answer, Missing) or attempt != payout.attempts:
        return payout
    if payout.state is State.UNKNOWN:
        return _not_found(payout, now)
    return replace(payout, looked_at=now)


def _not_found(payout: Payout, now: datetime) -> Payout:
    found = replace(payout, looked_at=now, missing_since=payout.missing_since or now)
    if not _is_time(found.missing_since, LOOK_AGAIN, now):
        return found
    if found.refusal is not None:
        return replace(found, state=State.FAILED, reason=found.refusal.sentence)
    return found if _key_holds(found, now) else replace(found, reason=ASK)


_RANK = {
    State.RESERVED: 0, State.SUBMITTING: 0, State.UNKNOWN: 0, State.IN_TRANSIT: 1, State.UNCLAIMED: 2, State.PAID: 3,
    State.FAILED: 4, State.CANCELLED: 4, State.RETURNED: 4,
}  # fmt: skip


def told(payout: Payout, fact: Done) -> Payout:
    """What the provider says of it, by webhook, file or look-up: twice, late and out of order as it likes.

    A payout never goes back on its way. What we took for failed and the provider says was paid, is paid: the money
    has left. What was paid and then failed has come back.
    """
    if payout.state in BACK and payout.provider_id is not None:
        return payout
    state = fact.state
    if payout.state not in BACK and _RANK[state] < _RANK[payout.state]:
        state = payout.state
    if payout.state in BACK and state in BACK:
        return replace(payout, provider_id=fact.provider_id)
    if payout.state is State.PAID and state in BACK:
        state = State.RETURNED
    return replace(
        payout,
        state=state,
        provider_id=fact.provider_id,
        fee_minor=payout.fee_minor if fact.fee_minor is None else fact.fee_minor,
        reason=fact.reason if state is not payout.state or fact.reason else payout.reason,
        refusal=None,
        missing_since=None,
    )


def decided_never_sent(payout: Payout, why: str) -> Payout:
    """A person has looked at the provider's own pages: it was not paid. Raises Taken unless they were asked."""
    if not payout.needs_a_person:
        raise Taken(payout.state, "released by hand")
    return replace(payout, state=State.FAILED, reason=why)


def cancel(payout: Payout, why: str = "Cancelled before it was sent.") -> Payout:
    """Take back what nobody was asked to pay yet. Raises Taken."""
    if payout.state is not State.RESERVED:
        raise Taken(payout.state, "cancelled")
    return replace(payout, state=State.CANCELLED, reason=why)


def _key_holds(payout: Payout, now: datetime) -> bool:
    return payout.first_sent_at is None or now - payout.first_sent_at < KEY_HOLDS


def _is_lost(payout: Payout, now: datetime) -> bool:
    return payout.sent_at is None or now - payout.sent_at >= LOST_AFTER


def _is_time(since: datetime | None, pause: timedelta, now: datetime) -> bool:
    return since is None or now - since >= pause
