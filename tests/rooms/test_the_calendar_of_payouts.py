"""Runs come by themselves: shown two days before, made at their time when enough people said yes, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.flows import payout_run
from app.flows.payout_jobs import PayoutJobs
from app.flows.payout_settings import put_settings
from app.payouts import run_store
from app.payouts.calendar import Cadence
from app.payouts.run import Run, RunState
from app.payouts.settings import Settings
from app.wiring import Wiring
from tests.rooms.payout_scene import READY, Scene, scene

EARLY = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    wiring.clock.at = EARLY - timedelta(days=10)  # type: ignore[attr-defined]
    built = scene(wiring, ["mara"])
    built.owe("mara", 30_00)
    wiring.clock.at = EARLY  # type: ignore[attr-defined]
    return built


def settle_on(pay: Scene, settings: Settings) -> None:
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        assert put_settings(session, settings, actor="Ida", now=pay.now)


def jobs(pay: Scene) -> PayoutJobs:
    wired = pay.wiring
    cashier = replace(wired.cashier, given=lambda _shop: pay.providers)
    return PayoutJobs(
        wired.batch_session, wired.shop_session, cashier, pay.worker, wired.queue, wired.clock, wired.admin_address
    )  # fmt: skip


def runs(pay: Scene) -> list[Run]:
    with pay.wiring.shop_session(pay.shop_id) as session:
        return run_store.newest(session, 20)


def at(pay: Scene, day: int, hour: int) -> None:
    pay.wiring.clock.at = datetime(2026, 11, day, hour, tzinfo=UTC)  # type: ignore[attr-defined]
    jobs(pay).plan(shop_id=pay.shop_id)


def test_a_run_is_shown_two_days_before_and_made_at_its_time(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True))
    at(pay, 12, 9)
    assert runs(pay) == []
    at(pay, 13, 9)
    (shown,) = runs(pay)
    assert (shown.state, shown.previewed_at is not None) == (RunState.PLANNED, True)
    at(pay, 14, 9)
    assert pay.payouts() == []
    at(pay, 15, 9)
    assert [run.state for run in runs(pay)] == [RunState.RESERVED]
    assert pay.states() == {"mara": "reserved"}


def test_however_often_the_job_runs_there_is_one_run(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True))
    for hour in (9, 10, 11):
        at(pay, 15, hour)
    assert len(runs(pay)) == 1
    assert len(pay.payouts()) == 1


def test_without_an_approval_nothing_is_made(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY))
    at(pay, 15, 9)
    assert pay.payouts() == []
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_run.approve(session, runs(pay)[0].id, READY, actor="Ida", now=pay.now)
    at(pay, 15, 10)
    assert pay.states() == {"mara": "reserved"}


def test_a_run_that_needs_two_people_is_not_made_by_itself(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True, second_approver_from=30))
    at(pay, 15, 9)
    assert pay.payouts() == []


def test_a_calendar_has_no_runs_before_it_was_chosen(pay: Scene) -> None:
    pay.wiring.clock.at = datetime(2026, 11, 16, tzinfo=UTC)  # type: ignore[attr-defined]
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True))
    at(pay, 17, 9)
    assert runs(pay) == []


def test_a_run_whose_time_passed_while_no_worker_ran_is_made_late(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True))
    at(pay, 20, 9)
    assert pay.states() == {"mara": "reserved"}


def test_a_cancelled_run_does_not_come_again(pay: Scene) -> None:
    settle_on(pay, Settings(Cadence.MONTHLY, is_automatic=True))
    at(pay, 13, 9)
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_run.cancel(session, runs(pay)[0].id, actor="Ida", now=pay.now)
    at(pay, 15, 9)
    assert [run.state for run in runs(pay)] == [RunState.CANCELLED]
    assert pay.payouts() == []


def test_only_shops_with_something_to_do_are_looked_at(pay: Scene) -> None:
    with pay.wiring.batch_session() as session, session.begin():
        session.admit([pay.shop_id])
        assert run_store.shops_with_runs(session) == []
        assert run_store.shops_with_payouts(session) == []
    settle_on(pay, Settings(Cadence.WEEKLY))
    pay.run()
    with pay.wiring.batch_session() as session, session.begin():
        session.admit([pay.shop_id])
        assert run_store.shops_with_runs(session) == [pay.shop_id]
        assert run_store.shops_with_payouts(session) == [pay.shop_id]
    jobs(pay).plan_all()
    jobs(pay).work_all()
    jobs(pay).work(shop_id=pay.shop_id)
    assert pay.states() == {"mara": "in_transit"}
