"""Human decisions and marks that the judge reads, before any page sets them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.orders.store import rejudge as queue
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    return made


def bought(world: World) -> None:
    world.deliver("orders/create", order(lines=[line(off=[(0, "10.00")])], codes=[code("MARA10")]))
    world.work()


def ruled(world: World, ruling: str, *cleared: str) -> None:
    with world.wiring.batch_session() as session, session.begin():
        session.admit([world.shop_id])
        session.execute(
            text(
                "insert into verdicts (shop_id, order_id, creator_id, ruling, cleared, reason, actor, decided_at) "
                "select shop_id, order_id, creator_id, :ruling, to_jsonb(cast(:cleared as text[])), 'x', 'me', now() "
                "from credits on conflict (shop_id, order_id, creator_id) do update set ruling = excluded.ruling"
            ),
            {"ruling": ruling, "cleared": list(cleared)},
        )
        queue.mark(session, [(world.shop_id, 1001), (world.shop_id, 1001)])


def test_a_denied_credit_is_taken_back_and_comes_again_when_the_verdict_is_gone(world: World) -> None:
    bought(world)
    assert world.balances() == {("mara", "commission_expense"): -1080, ("mara", "pending"): 1080}
    ruled(world, "denied")
    world.work()
    assert world.balances() == {}
    ruled(world, "approved")
    world.work()
    assert world.balances() == {("mara", "commission_expense"): -1080, ("mara", "pending"): 1080}


def test_a_held_credit_never_matures(world: World) -> None:
    bought(world)
    ruled(world, "held")
    world.work()
    world.move_clock(days=100)
    world.work()
    assert world.balances() == {("mara", "commission_expense"): -1080, ("mara", "pending"): 1080}


def test_marks_of_one_order_are_taken_once_and_leave_nothing_behind(world: World) -> None:
    bought(world)
    with world.wiring.batch_session() as session, session.begin():
        queue.mark(session, [(world.shop_id, 1001), (world.shop_id, 9)])
    with world.wiring.batch_session() as session, session.begin():
        assert queue.take(session, 10) == [(world.shop_id, 9), (world.shop_id, 1001)]
        assert queue.take(session, 10) == []


def test_where_an_order_came_from_is_what_the_newest_webhook_says(world: World) -> None:
    first = order(
        landing_site="/?ref=mara",
        shipping_address={"address1": "Main St. 5", "zip": "1011", "country_code": "NL"},
    )
    later = order(updated=NOW + timedelta(minutes=1), landing_site="/?ref=theo", browser_ip="203.0.113.9")
    world.deliver("orders/updated", later)
    world.deliver("orders/create", first)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        (origin,) = session.execute(text("select origin from orders")).scalars()
    assert origin["landing_site"] == "/?ref=theo"
    assert set(origin["traces"]) == {"ip"}
    assert "203" not in str(origin["traces"])
