"""Whatever creators earn, providers do and workers suffer: nobody is paid twice, nothing is lost, the books agree.

Each example is a shop of its own, with two creators, real flows on PostgreSQL and providers that lose calls and
answers, forget keys, refuse, are down, or kill whoever calls them.
"""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.flows import payout_heard
from app.payouts.protocol import BACK, KEY_HOLDS, LOOK_AGAIN, LOST_AFTER, SEND_AGAIN, Done, State
from app.payouts.provider import Heard
from app.reports.proof import offenders
from app.wiring import Wiring
from tests.conftest import NOW
from tests.rooms.payout_scene import FakeProvider, Killed, Scene, by_paypal
from tests.world import World

CREATORS = ("mara", "theo")
OUTCOMES = ("ok", "refused", "lost before", "lost after", "killed", "down")
PAUSES = (
    timedelta(minutes=1),
    LOST_AFTER,
    SEND_AGAIN,
    LOOK_AGAIN,
    timedelta(hours=7),
    KEY_HOLDS,
    timedelta(hours=30),
)
BOOKS = (
    "in transit equals the open payouts", "cash equals what was paid", "every payout equals what it pays for",
    "every entry balances per currency",
)  # fmt: skip
NUMBERS = count()

Doing = tuple[str, Any]
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("owe"), st.tuples(st.sampled_from(CREATORS), st.integers(20_00, 900_00))),
        st.tuples(st.just("take back"), st.tuples(st.sampled_from(CREATORS), st.integers(1, 300_00))),
        st.tuples(st.just("run"), st.none()),
        st.tuples(st.just("work"), st.sampled_from(OUTCOMES)),
        st.tuples(st.just("wait"), st.sampled_from(PAUSES)),
        st.tuples(st.sampled_from(["webhook", "returned", "cancel", "a person"]), st.sampled_from(CREATORS)),
    ),
    max_size=16,
)


class Life:
    """One shop, and what happens in it."""

    def __init__(self, wiring: Wiring, mistake: str = "") -> None:
        wiring.clock.at = NOW  # type: ignore[attr-defined]
        world = World(wiring, domain=f"machine-{next(NUMBERS)}.myshopify.com")
        self.stripe = FakeProvider(clock=wiring.clock)
        self.paypal = FakeProvider("paypal", 500, clock=wiring.clock)
        self.pay = Scene(wiring, world, {"stripe": self.stripe, "paypal": self.paypal}, mistake=mistake)
        for handle in CREATORS:
            world.creator(handle, f"{handle.upper()}10")
        self.pay.details("mara")
        self.pay.details("theo", by_paypal("theo"))

    def do(self, what: str, how: Any) -> None:
        getattr(self, f"_{what.replace(' ', '_')}")(how)
        self.check()

    def _owe(self, how: tuple[str, int]) -> None:
        self.pay.owe(*how)

    def _take_back(self, how: tuple[str, int]) -> None:
        handle, minor = how
        self.pay.take_back(handle, minor)

    def _run(self, _how: None) -> None:
        self.pay.run()

    def _work(self, outcome: str) -> None:
        for provider in (self.stripe, self.paypal):
            provider.script = [outcome]
        try:
            self.pay.work()
        except Killed:
            pass
        finally:
            self.stripe.script = self.paypal.script = []

    def _wait(self, pause: timedelta) -> None:
        self.pay.wait(pause)

    def _webhook(self, handle: str) -> None:
        for held in self._paid_at_provider(handle):
            self._heard(held.provider, Heard(held.key, Done(f"tr_{held.key}", State.PAID, fee_minor=30)))

    def _returned(self, handle: str) -> None:
        for held in self._paid_at_provider(handle):
            if held.payout.state is State.PAID:
                provider = self._provider(held.provider)
                provider.returned.add(held.key)
                fact = Done(f"tr_{held.key}", State.RETURNED, reason="The account is closed.")
                self._heard(held.provider, Heard(held.key, fact))

    def _cancel(self, handle: str) -> None:
        for held in self.pay.payouts():
            if held.handle == handle and held.payout.state is State.RESERVED:
                with self.pay.session() as session, session.begin():
                    payout_heard.cancel(session, held.id, actor="Ida", now=self.pay.now)

    def _a_person(self, handle: str) -> None:
        """Somebody looks at the provider's own pages and says what stands there."""
        for held in self.pay.payouts():
            if held.handle == handle and held.payout.needs_a_person:
                there = any(held.key == key for key, *_ in self._provider(held.provider).transfers)
                with self.pay.session() as session, session.begin():
                    more: Any = {"actor": "Ida", "now": self.pay.now}
                    if there:
                        payout_heard.found_at_provider(session, held.id, f"tr_{held.key}", **more)
                    else:
                        payout_heard.release(session, held.id, "Not on their page.", **more)

    def _heard(self, provider: str, heard: Heard) -> None:
        with self.pay.session() as session, session.begin():
            payout_heard.take_heard(session, provider, [heard, heard], self.pay.now)

    def _provider(self, name: str) -> FakeProvider:
        return self.stripe if name == "stripe" else self.paypal

    def _paid_at_provider(self, handle: str) -> list[Any]:
        return [
            held
            for held in self.pay.payouts()
            if held.handle == handle
            and any(held.key == key for key, *_ in self._provider(held.provider).transfers)
            and held.key not in self._provider(held.provider).returned
        ]

    def check(self) -> None:
        """What holds at every moment."""
        assert self.stripe.paid_twice() == self.paypal.paid_twice() == []
        sent = {key: minor for p in (self.stripe, self.paypal) for key, minor, *_ in p.transfers}
        back = self.stripe.returned | self.paypal.returned
        payouts = self.pay.payouts()
        assert set(sent) <= {held.key for held in payouts}, "money left by a key that no payout has"
        for held in payouts:
            if held.key in sent:
                assert sent[held.key] == held.amount.minor
                assert held.payout.state not in BACK or held.key in back, "released although the money left"
            else:
                assert held.payout.state not in {State.PAID, State.IN_TRANSIT}, "paid although nothing left"
            assert held.payout.reason or held.payout.state not in BACK
        with self.pay.session() as session:
            assert {name: said for name, said in offenders(session).items() if name in BOOKS and said} == {}

    def sent(self) -> list[int]:
        """Every payment that left a provider, in minor units."""
        return [minor for p in (self.stripe, self.paypal) for _, minor, *_ in p.transfers]

    def end(self) -> None:
        """With providers that answer, every payout comes to its end, or to a person."""
        for _ in range(8):
            self._work("ok")
            self._wait(timedelta(hours=7))
        self.check()
        ends = BACK | {State.PAID}
        assert all(one.payout.state in ends or one.payout.needs_a_person for one in self.pay.payouts())
        replayed_once = [
            text("select count(*) from journal_entries where idempotency_key like 'payout:%'"),
            text(
                "select count(distinct idempotency_key) from journal_entries where idempotency_key like 'payout:%'"
            ),
        ]
        with self.pay.session() as session:
            every, distinct = (session.execute(one).scalar_one() for one in replayed_once)
        assert every == distinct


OWED = ("owe", ("mara", 50_00))
LOST_AFTER_THE_CALL = [OWED, ("run", None), ("work", "lost after"), ("work", "ok")]
REFUSED_ON_RETRY = [
    OWED, ("run", None), ("work", "lost after"), ("work", "not yet"), ("wait", SEND_AGAIN), ("work", "refused"),
    ("work", "ok"),
]  # fmt: skip
KEY_EXPIRED = [
    OWED, ("run", None), ("work", "lost after"), ("wait", timedelta(hours=30)), ("work", "ok"), ("run", None),
]  # fmt: skip
LOST_AND_SENT_AGAIN = [
    OWED, ("run", None), ("work", "lost after"), ("work", "not yet"), ("wait", SEND_AGAIN), ("work", "ok"),
]  # fmt: skip
NEVER_SENT = [
    OWED, ("run", None), ("work", "lost before"), ("wait", timedelta(hours=30)), ("work", "ok"),
    ("wait", LOOK_AGAIN), ("work", "ok"), ("a person", "mara"), ("run", None), ("work", "ok"),
]  # fmt: skip
CRASHED = [OWED, ("run", None), ("work", "killed"), ("work", "ok"), ("wait", LOST_AFTER), ("work", "ok")]
WEBHOOK_FIRST = [
    OWED,
    ("run", None),
    ("work", "killed"),
    ("webhook", "mara"),
    ("wait", LOST_AFTER),
    ("work", "ok"),
]
RETURNED = [
    OWED, ("run", None), ("work", "ok"), ("webhook", "mara"), ("returned", "mara"), ("run", None), ("work", "ok"),
]  # fmt: skip


def live(wiring: Wiring, doings: list[Doing], mistake: str = "") -> list[int]:
    """What left the provider, payment by payment, after a life in which every step was checked."""
    life = Life(wiring, mistake)
    for what, how in doings:
        life.do(what, how)
    life.end()
    return life.sent()


@pytest.mark.parametrize("part", range(4))
def test_whatever_happens_the_books_and_the_providers_agree(wiring: Wiring, part: int) -> None:
    @seed(part)
    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(DOINGS)
    def check(doings: list[Doing]) -> None:
        live(wiring, doings)

    check()


@pytest.mark.parametrize(
    "doings",
    [
        LOST_AFTER_THE_CALL,
        LOST_AND_SENT_AGAIN,
        REFUSED_ON_RETRY,
        KEY_EXPIRED,
        NEVER_SENT,
        CRASHED,
        WEBHOOK_FIRST,
        RETURNED,
    ],
    ids=[
        "lost after",
        "sent again",
        "refused on retry",
        "key expired",
        "never sent",
        "crashed",
        "webhook first",
        "returned",
    ],
)
def test_the_histories_that_chance_does_not_find(wiring: Wiring, doings: list[Doing]) -> None:
    came_back = doings is RETURNED
    assert live(wiring, doings) == [50_00] * (2 if came_back else 1)


@pytest.mark.parametrize(
    ("mistake", "doings"),
    [
        ("fresh key", LOST_AND_SENT_AGAIN),
        ("a time-out as a failure", LOST_AFTER_THE_CALL),
        ("a refused retry as a failure", REFUSED_ON_RETRY),
        ("sent again blindly", KEY_EXPIRED),
    ],
)
def test_these_histories_catch_each_mistake(wiring: Wiring, mistake: str, doings: list[Doing]) -> None:
    with pytest.raises(AssertionError):
        live(wiring, doings, mistake)
