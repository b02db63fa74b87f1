"""The end of the hold: what moves on, what stays, and that the short way ends where the long way does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.commissions import maturity_store
from app.flows import mature as flow
from app.flows.evaluate import evaluate
from app.flows.mature import mature
from app.orders import store as orders
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.world import World

HOLD = timedelta(days=30)


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("noor", "NOOR10")
    return made


def sell(world: World, number: int, **more: Any) -> None:
    body = order(number, lines=[line(1, "100.00", 2, off=[(0, "0.00")])], codes=[code("MARA10")], **more)
    world.deliver("orders/create", body)


def journal(world: World) -> list[tuple[Any, ...]]:
    rows = text(
        "select j.kind, j.effective_at, j.idempotency_key, j.event_id, p.debit, p.credit, p.amount_minor, p.currency "
        "from journal_entries j join postings p on p.shop_id = j.shop_id and p.entry_id = j.id order by 3"
    )
    with world.wiring.shop_session(world.shop_id) as session:
        return [tuple(r) for r in session.execute(rows)]


def test_the_short_way_posts_what_judging_each_order_again_would_post(world: World) -> None:
    for number in range(1, 6):
        sell(world, number, placed=NOW - timedelta(hours=number))
    world.deliver("refunds/create", refund(9, 2, (1, 1), at=NOW))
    world.work()
    world.move_clock(days=30)
    now = world.wiring.clock.now()
    with world.wiring.batch_session() as session:
        session.begin()
        session.admit([world.shop_id])
        held = orders.lock(session, [(world.shop_id, n) for n in range(1, 6)])
        evaluate(session, orders.with_refunds(session, held), {world.shop_id: world.context}, now)
        session.flush()
        rows = session.execute(
            text("select j.kind, j.effective_at, j.idempotency_key, j.event_id, p.debit, p.credit, p.amount_minor, "
                 "p.currency from journal_entries j join postings p on p.shop_id = j.shop_id and p.entry_id = j.id "
                 "order by 3")
        )  # fmt: skip
        long_way = [tuple(r) for r in rows]
        session.rollback()
    world.work()
    assert journal(world) == long_way
    assert world.balances() == {
        ("mara", "payable"): 4 * 2400 + 1200,
        ("mara", "commission_expense"): -(4 * 2400 + 1200),
    }


def test_it_matures_at_the_very_end_of_the_hold_and_only_once(world: World) -> None:
    sell(world, 1, placed=NOW)
    world.work()
    world.move_clock(days=29, hours=23, minutes=59, seconds=59)
    world.work()
    assert ("mara", "payable") not in world.balances()
    world.move_clock(seconds=1)
    world.work()
    before = journal(world)
    assert world.balances()["mara", "payable"] == 2400
    world.work()
    assert journal(world) == before


def test_after_an_outage_it_catches_up_in_portions_and_dates_each_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "CHUNK", 2)
    for number in range(1, 6):
        sell(world, number, placed=NOW - timedelta(days=number))
    world.work()
    world.move_clock(days=90)
    taken = []
    with world.wiring.batch_session() as session:
        while count := mature(session, [world.context], world.wiring.clock.now()):
            taken.append(count)
    assert taken == [2, 2, 1]
    matured = [row for row in journal(world) if row[0] == "mature"]
    assert sorted(row[1] for row in matured) == [NOW - timedelta(days=n) + HOLD for n in (5, 4, 3, 2, 1)]


def test_a_flagged_commission_waits_and_stops_nobody_elses(world: World) -> None:
    both = [code("MARA10"), code("NOOR10")]
    disputed = order(1, lines=[line(1, "100.00", off=[(0, "1.00"), (1, "1.00")])], codes=both)
    world.deliver("orders/create", disputed)
    sell(world, 2)
    world.work()
    world.move_clock(days=31)
    world.work()
    assert world.balances()["mara", "payable"] == 2400
    assert world.balances()["mara", "pending"] > 0


def test_books_that_differ_from_the_credit_are_judged_again_and_not_believed(world: World) -> None:
    sell(world, 1)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update credits set earned_minor = 1 where order_id = 1"))
    world.move_clock(days=31)
    world.work()
    assert world.balances()["mara", "payable"] == 2400


def test_an_order_that_earns_nothing_any_more_is_done_with_and_not_looked_at_again(world: World) -> None:
    sell(world, 1)
    world.deliver("refunds/create", refund(9, 1, (1, 2), at=NOW))
    world.work()
    world.move_clock(days=31)
    with world.wiring.batch_session() as session:
        assert mature(session, [world.context], world.wiring.clock.now()) == 1
        assert mature(session, [world.context], world.wiring.clock.now()) == 0
    assert world.balances() == {}


def test_two_workers_take_different_commissions_and_leave_none(world: World) -> None:
    for number in range(1, 6):
        sell(world, number, placed=NOW - timedelta(hours=number))
    world.work()
    world.move_clock(days=30)
    now, shop = world.wiring.clock.now(), world.shop_id
    with world.wiring.batch_session() as one, world.wiring.batch_session() as other:
        one.begin()
        one.admit([shop])
        first = maturity_store.due(one, [shop], now, 2)
        assert first == [(shop, 4), (shop, 5)]
        assert mature(other, [world.context], now) == 3
        assert mature(other, [world.context], now) == 0
        one.rollback()
        assert mature(other, [world.context], now) == 2
        assert mature(other, [world.context], now) == 0
    kinds = [row[0] for row in journal(world)]
    assert (kinds.count("accrue"), kinds.count("mature")) == (5, 5)
