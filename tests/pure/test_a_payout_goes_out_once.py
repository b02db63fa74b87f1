"""The life of a payout beside a provider that loses calls, answers and keys: never twice, never lost, always a reason."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.chart import Account
from app.payouts import protocol
from app.payouts.movement import movement
from app.payouts.protocol import (
    BACK,
    KEY_HOLDS,
    LOOK_AGAIN,
    SEND_AGAIN,
    Answer,
    Done,
    Missing,
    Payout,
    Refused,
    State,
    Step,
    Taken,
    Unknown,
)  # fmt: skip

T0 = datetime(2026, 11, 15, 9, tzinfo=UTC)
AMOUNT = 12_34


@dataclass
class Provider:
    """Pays each key once while it remembers it; by its script it loses the call or the answer."""

    remembers: timedelta = timedelta(hours=24)
    paid: list[datetime] = field(default_factory=list)
    asked_first: datetime | None = None
    returned: bool = False

    def send(self, outcome: str, now: datetime) -> Answer:
        if outcome == "lost before":
            return Unknown("The connection was dropped.")
        if outcome == "refused":
            return Refused("balance_insufficient", "The balance does not cover it.")
        known = bool(self.paid) and now - self.paid[0] < self.remembers
        if not known:
            self.paid.append(now)
        return Unknown("No answer within 20 s.") if outcome == "lost after" else Done("tr_1")

    def status(self, outcome: str) -> Answer:
        if outcome == "down":
            return Unknown("The provider is down.")
        if not self.paid or outcome == "not yet":
            return Missing()
        return Done("tr_1", State.RETURNED if self.returned else State.PAID)


@dataclass(frozen=True)
class Rules:
    """The protocol, or one with a mistake in it."""

    begin: Callable[[Payout, datetime], Payout] = protocol.begin
    sent: Callable[[Payout, Answer, int], Payout] = protocol.sent
    looked: Callable[[Payout, Answer, int, datetime], Payout] = protocol.looked
    next_step: Callable[[Payout, datetime], Step] = protocol.next_step


@dataclass
class Life:
    """One payout from reserve to its end."""

    rules: Rules = field(default_factory=Rules)
    payout: Payout = field(default_factory=Payout)
    provider: Provider = field(default_factory=Provider)
    now: datetime = T0
    books: dict[Account, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books = {Account.PAYABLE: -AMOUNT, Account.IN_TRANSIT: AMOUNT, Account.CASH: 0}

    def becomes(self, after: Payout) -> None:
        moved = movement(self.payout.state, after.state, AMOUNT)
        for line in moved.lines if moved else ():
            self.books[line.debit] -= line.amount_minor
            self.books[line.credit] += line.amount_minor
        self.payout = after
        self.check()

    def check(self) -> None:
        """What holds at every moment."""
        assert len(self.provider.paid) <= 1, "paid twice"
        place = {True: Account.PAYABLE}.get(
            self.payout.state in BACK, Account.CASH if self.payout.state is State.PAID else Account.IN_TRANSIT
        )
        wanted = {Account.PAYABLE: -AMOUNT, Account.IN_TRANSIT: 0, Account.CASH: 0}
        wanted[place] += AMOUNT
        assert self.books == wanted
        if self.payout.state in BACK and self.payout.attempts:
            assert not self.provider.paid or self.provider.returned, "released although the money left"
            assert self.payout.reason, "no reason"

    def work(self, outcome: str, *, dies: bool = False) -> None:
        """What a worker does with it now."""
        match self.rules.next_step(self.payout, self.now):
            case Step.SEND:
                self.becomes(self.rules.begin(self.payout, self.now))
                answer = self.provider.send(outcome, self.now)
                self.check()
                if not dies:
                    self.becomes(self.rules.sent(self.payout, answer, self.payout.attempts))
            case Step.LOOK_UP:
                self.becomes(protocol.orphaned(self.payout))
                answer = self.provider.status(outcome)
                self.becomes(self.rules.looked(self.payout, answer, self.payout.attempts, self.now))
            case _:
                pass

    def wait(self, pause: timedelta) -> None:
        self.now += pause


OUTCOMES = st.sampled_from(["ok", "refused", "lost before", "lost after", "down"])
PAUSES = st.sampled_from(
    [timedelta(minutes=1), SEND_AGAIN, LOOK_AGAIN, timedelta(hours=7), KEY_HOLDS, timedelta(hours=30)]
)
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("work"), OUTCOMES),
        st.tuples(st.just("dies"), OUTCOMES),
        st.tuples(st.just("wait"), PAUSES),
        st.tuples(st.sampled_from(["webhook", "returned", "cancel", "released"]), st.none()),
    ),
    max_size=14,
)


def do(life: Life, what: str, how: object) -> None:
    if what in {"work", "dies"}:
        life.work(str(how), dies=what == "dies")
    elif what == "wait" and isinstance(how, timedelta):
        life.wait(how)
    elif what == "webhook" and life.provider.paid:
        life.becomes(protocol.told(life.payout, Done("tr_1", State.PAID)))
    elif what == "returned" and life.payout.state is State.PAID:
        life.provider.returned = True
        life.becomes(
            protocol.told(life.payout, Done("tr_1", State.RETURNED, reason="The account is closed."))
        )
    elif what == "cancel" and life.payout.state is State.RESERVED:
        life.becomes(protocol.cancel(life.payout))
    elif what == "released" and life.payout.needs_a_person and not life.provider.paid:
        life.becomes(protocol.decided_never_sent(life.payout, "Not on the statement of 16 November."))


@given(DOINGS)
@settings(max_examples=400, deadline=None)
def test_whatever_happens_a_payout_is_paid_at_most_once_and_the_books_agree(
    doings: list[tuple[str, object]],
) -> None:
    life = Life()
    for what, how in doings:
        do(life, what, how)


@given(DOINGS)
@settings(max_examples=200, deadline=None)
def test_every_payout_comes_to_an_end_or_to_a_person_once_the_provider_answers(
    doings: list[tuple[str, object]],
) -> None:
    life = Life()
    for what, how in doings:
        do(life, what, how)
    for _ in range(12):
        life.work("ok")
        life.wait(timedelta(hours=7))
    assert life.payout.state in BACK | {State.PAID} or life.payout.needs_a_person


def after(*doings: tuple[str, object], rules: Rules | None = None) -> Life:
    life = Life(rules or Rules())
    for what, how in doings:
        do(life, what, how)
    return life


LOST_AFTER = (("work", "lost after"), ("work", "ok"))
REFUSED_ON_RETRY = (
    ("work", "lost after"), ("work", "not yet"), ("wait", SEND_AGAIN), ("work", "refused"), ("work", "ok"),
)  # fmt: skip
KEY_EXPIRED = (
    ("work", "lost before"), ("wait", timedelta(hours=30)), ("work", "ok"), ("wait", LOOK_AGAIN), ("work", "ok"),
)  # fmt: skip
CRASH_AFTER = (("dies", "ok"), ("wait", timedelta(minutes=11)), ("work", "ok"))
WEBHOOK_FIRST = (("dies", "ok"), ("webhook", None))


def test_an_answer_lost_after_the_payment_is_found_by_asking() -> None:
    assert after(*LOST_AFTER).payout.state is State.PAID


def test_a_refusal_of_a_retry_releases_nothing_by_itself() -> None:
    unknown = Payout(State.SUBMITTING, attempts=2, first_sent_at=T0, sent_at=T0)
    heard = protocol.sent(unknown, Refused("insufficient", "The balance does not cover it."), 2)
    assert (heard.state, protocol.next_step(heard, T0)) == (State.UNKNOWN, Step.LOOK_UP)
    once = protocol.looked(heard, Missing(), 2, T0)
    assert (once.state, protocol.next_step(once, T0)) == (State.UNKNOWN, Step.WAIT)
    twice = protocol.looked(once, Missing(), 2, T0 + LOOK_AGAIN)
    assert (twice.state, twice.reason) == (State.FAILED, "The balance does not cover it.")


def test_a_refusal_of_a_retry_whose_first_attempt_paid_is_paid() -> None:
    unknown = Payout(State.SUBMITTING, attempts=2, first_sent_at=T0, sent_at=T0)
    heard = protocol.sent(unknown, Refused("duplicate", "This key was used."), 2)
    assert protocol.looked(heard, Done("tr_1", State.PAID), 2, T0).state is State.PAID


def test_after_the_key_expired_a_person_is_asked_and_nothing_is_sent() -> None:
    life = after(*KEY_EXPIRED)
    assert life.payout.needs_a_person
    assert protocol.next_step(life.payout, life.now) is Step.ASK_A_PERSON
    with pytest.raises(Taken):
        protocol.begin(life.payout, life.now)


def test_a_worker_that_died_after_the_call_leaves_a_question_that_is_asked() -> None:
    assert after(*CRASH_AFTER).payout.state is State.PAID


def test_a_webhook_may_come_before_the_answer_of_the_call() -> None:
    life = after(*WEBHOOK_FIRST)
    late = protocol.sent(life.payout, Done("tr_1", State.IN_TRANSIT), 1)
    assert (life.payout.state, late.state) == (State.PAID, State.PAID)


def test_while_a_call_is_under_way_nobody_else_may_call() -> None:
    under_way = protocol.begin(Payout(), T0)
    with pytest.raises(Taken, match="submitting"):
        protocol.begin(under_way, T0)


def test_nothing_found_by_an_older_look_is_no_news_of_a_newer_attempt() -> None:
    newer = Payout(State.UNKNOWN, attempts=2, first_sent_at=T0, sent_at=T0)
    assert protocol.looked(newer, Missing(), 1, T0) == newer


def _timeout_is_failure(payout: Payout, answer: Answer, attempt: int) -> Payout:
    if isinstance(answer, Unknown):
        return replace(payout, state=State.FAILED, reason=answer.why)
    return protocol.sent(payout, answer, attempt)


def _refusal_is_failure(payout: Payout, answer: Answer, attempt: int) -> Payout:
    if isinstance(answer, Refused):
        return replace(payout, state=State.FAILED, reason=answer.sentence)
    return protocol.sent(payout, answer, attempt)


def _blind_resubmit(payout: Payout, now: datetime) -> Payout:
    if payout.state is State.UNKNOWN:
        return protocol.begin(replace(payout, state=State.RESERVED), now)
    return protocol.begin(payout, now)


def _blind_step(payout: Payout, now: datetime) -> Step:
    return Step.SEND if payout.state is State.UNKNOWN else protocol.next_step(payout, now)


def _missing_is_failure(payout: Payout, answer: Answer, attempt: int, now: datetime) -> Payout:
    if isinstance(answer, Missing) and payout.state is State.UNKNOWN:
        return replace(payout, state=State.FAILED, reason="Not found.", refusal=None)
    return protocol.looked(payout, answer, attempt, now)


RESUBMITTED = (("work", "lost after"), ("wait", timedelta(hours=30)), ("work", "ok"))


@pytest.mark.parametrize(
    ("rules", "doings"),
    [
        (Rules(sent=_timeout_is_failure), LOST_AFTER),
        (Rules(sent=_refusal_is_failure), REFUSED_ON_RETRY),
        (Rules(begin=_blind_resubmit, next_step=_blind_step), RESUBMITTED),
    ],
    ids=["a time-out as a failure", "a refused retry as a failure", "sent again after the key expired"],
)
def test_these_histories_catch_the_mistake(rules: Rules, doings: tuple[tuple[str, object], ...]) -> None:
    assert after(*doings).payout.state in {State.PAID, State.UNKNOWN}
    with pytest.raises(AssertionError):
        after(*doings, rules=rules)
