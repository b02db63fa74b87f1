"""A creator asks to be paid: once at a time, by the rules of any run, and somebody has to say yes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.flows import payout_request, payout_run
from app.flows.payout_request import NothingToAskFor, TakesNoRequests
from app.kernel.errors import Invalid
from app.payouts import run_store
from app.payouts.run import Run, RunIsOver, RunState
from app.payouts.settings import Settings
from app.wiring import Wiring
from tests.rooms.payout_scene import READY, Scene, scene


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    built = scene(wiring)
    allow(built, Settings(minimum=25, takes_requests=True))
    return built


def allow(pay: Scene, settings: Settings) -> None:
    with pay.session() as session, session.begin():
        run_store.put_settings(session, settings, pay.now)


def ask(pay: Scene, handle: str = "mara") -> Run:
    creator_id = pay.creator_id(handle)
    with pay.session() as session, session.begin():
        return payout_request.request(session, creator_id, READY, actor=f"creator:{handle}", now=pay.now)


def decline(pay: Scene, run_id: int, because: str) -> Run:
    with pay.session() as session, session.begin():
        return payout_run.decline(session, run_id, because, actor="Ida", now=pay.now)


def approve(pay: Scene, run_id: int, actor: str = "Ida") -> None:
    with pay.session() as session, session.begin():
        payout_run.approve(session, run_id, READY, actor=actor, now=pay.now)


def may_go(pay: Scene, run: Run) -> bool:
    with pay.session() as session:
        return payout_run.may_be_made(session, run_store.get(session, run.id), READY, pay.now)


def test_what_was_asked_for_is_paid_once_it_is_approved_and_nobody_else(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    pay.owe("theo", 40_00)
    asked = ask(pay)
    assert not may_go(pay, asked)
    approve(pay, asked.id)
    assert may_go(pay, asked)
    pay.reserve(asked.id)
    pay.work()
    assert pay.states() == {"mara": "in_transit"}
    assert pay.balance("theo")["payable"] == 40_00
    assert pay.broken() == []


def test_a_calendar_that_pays_without_asking_does_not_answer_requests(pay: Scene) -> None:
    allow(pay, Settings(minimum=25, is_automatic=True, takes_requests=True))
    pay.owe("mara", 30_00)
    assert not may_go(pay, ask(pay))


def test_a_large_request_needs_two_people(pay: Scene) -> None:
    allow(pay, Settings(takes_requests=True, second_approver_from=100))
    pay.owe("mara", 100_00)
    asked = ask(pay)
    approve(pay, asked.id)
    assert not may_go(pay, asked)
    approve(pay, asked.id, "Otto")
    assert may_go(pay, asked)


def test_below_the_minimum_is_refused_with_both_amounts(pay: Scene) -> None:
    pay.owe("mara", 12_40)
    with pytest.raises(NothingToAskFor, match=r"12\.40 EUR is due\. Below the minimum of 25\.00 EUR"):
        ask(pay)


def test_the_minimum_holds_when_it_is_made_too(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    asked = ask(pay)
    pay.take_back("mara", 10_00)
    approve(pay, asked.id)
    assert pay.reserve(asked.id).paid == ()
    assert pay.balance("mara")["payable"] == 20_00


def test_whoever_is_owed_nothing_is_told_so(pay: Scene) -> None:
    with pytest.raises(NothingToAskFor, match="Nothing is due to you yet"):
        ask(pay)


def test_a_shop_that_does_not_want_requests_takes_none(pay: Scene) -> None:
    allow(pay, replace(Settings(), takes_requests=False))
    pay.owe("mara", 30_00)
    with pytest.raises(TakesNoRequests, match="takes no requests"):
        ask(pay)


def test_asking_again_is_the_same_request_until_it_is_answered(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    first = ask(pay)
    pay.wait(timedelta(hours=1))
    assert ask(pay).id == first.id
    decline(pay, first.id, "We pay on Monday.")
    assert ask(pay).id != first.id


def test_many_clicks_at_once_make_one_request(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: ask(pay).id, range(6)))
    assert len(set(found)) == 1


def test_a_declined_request_moves_nothing_and_says_why(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    asked = ask(pay)
    for empty in ("", "  ", "x" * 501):
        with pytest.raises(Invalid, match="Say why"):
            decline(pay, asked.id, empty)
    said = decline(pay, asked.id, " We pay on Monday. ")
    assert (said.state, said.declined_because) == (RunState.CANCELLED, "We pay on Monday.")
    with pytest.raises(RunIsOver):
        decline(pay, asked.id, "Again.")
    assert pay.balance("mara")["payable"] == 30_00
    assert pay.broken() == []


def test_what_nobody_asked_for_is_not_declined(pay: Scene) -> None:
    with pytest.raises(Invalid, match="cancel it instead"):
        decline(pay, pay.plan(), "No.")
