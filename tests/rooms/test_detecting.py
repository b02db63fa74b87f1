"""Detectors on real orders: what is flagged depends on all facts, never on what arrived first."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    return made


def bought(number: int, at: datetime, **more: Any) -> Json:
    used = [code(c) for c in more.pop("codes", ["MARA10"])]
    more.setdefault("customer", {"id": 10_000 + number})
    return order(number, lines=[line(off=[(0, "10.00")])], codes=used, placed=at, **more)


def deliver(world: World, *bodies: Json) -> None:
    for body in bodies:
        world.deliver("orders/create", body)
    world.work()


def flags(world: World) -> dict[int, list[str]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(text("select order_id, flags from credits where flagged order by order_id"))
        return {r.order_id: r.flags for r in rows}


def a_leak() -> list[Json]:
    """An order a day for five weeks, then twenty in five hours."""
    steady = [bought(n, NOW - timedelta(days=40 - n)) for n in range(1, 36)]
    return steady + [bought(100 + n, NOW - timedelta(minutes=15 * (20 - n))) for n in range(20)]


def test_a_burst_holds_its_own_orders_and_no_other(world: World) -> None:
    deliver(world, *a_leak())
    held = flags(world)
    assert set(held.values().__iter__().__next__()) == {"burst"}
    assert min(held) == 111
    assert max(held) == 119
    balances = world.balances()
    assert balances["mara", "pending"] + balances.get(("mara", "payable"), 0) == 55 * 1080


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_arrives_first_the_same_orders_are_flagged(world: World, seed: int) -> None:
    bodies = a_leak()
    random.Random(seed).shuffle(bodies)  # noqa: S311
    for start in range(0, len(bodies), 9):
        deliver(world, *bodies[start : start + 9])
    assert sorted(flags(world)) == list(range(111, 120))


def test_an_older_order_that_comes_late_lets_a_later_one_be_flagged(world: World) -> None:
    shared = {"shipping_address": {"address1": "Main St. 5", "zip": "1011", "country_code": "NL"}}
    first, second, third = (bought(n, NOW - timedelta(days=4 - n), **shared) for n in (1, 2, 3))
    deliver(world, third, second)
    assert flags(world) == {}
    deliver(world, first)
    assert flags(world) == {3: ["same_address"]}


def test_an_order_from_where_the_creator_orders_is_flagged(wiring: Wiring) -> None:
    world = World(wiring)
    world.creator("mara", "MARA10")
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update creators set customer_key = (select null::bytea)"))
    own = bought(1, NOW - timedelta(hours=9), browser_ip="203.0.113.9", customer={"id": 5})
    deliver(world, own)
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update creators set customer_key = (select customer_key from orders)"))
    deliver(
        world,
        bought(2, NOW - timedelta(hours=2), browser_ip="203.0.113.9"),
        bought(3, NOW - timedelta(hours=2), browser_ip="203.0.113.10"),
        bought(4, NOW - timedelta(minutes=1), customer={"id": 5}),
    )
    assert flags(world) == {2: ["same_ip"]}
    with world.wiring.shop_session(world.shop_id) as session:
        lost = session.execute(text("select reason_code from conversions where order_id = 4")).scalar_one()
    assert lost == "self_referral"


def test_a_company_address_and_a_throw_away_one_are_seen_without_being_kept(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update creators set email = 'mara@lumen.example'"))
    deliver(
        world,
        bought(1, NOW - timedelta(hours=3), email="ann@LUMEN.example"),
        bought(2, NOW - timedelta(hours=2), email="x@mailinator.com"),
        bought(3, NOW - timedelta(hours=1), email="ann@gmail.com"),
    )
    assert flags(world) == {1: ["same_domain"], 2: ["disposable_email"]}


def test_where_the_visit_came_from_is_looked_at_when_the_order_comes(world: World) -> None:
    deliver(
        world,
        bought(1, NOW, landing_site="/discount/MARA10?gclid=EAIa"),
        bought(2, NOW, referring_site="https://www.joinhoney.com/shop"),
        bought(3, NOW, codes=["MARA10", "A", "B", "C"]),
        bought(4, NOW, note_attributes=[{"name": "_tribute_codes_tried", "value": "7"}]),
        bought(5, NOW, landing_site="/?gclid=EAIa", referring_site="https://www.google.com/"),
    )
    assert flags(world) == {1: ["paid_search"], 2: ["coupon_site"], 3: ["many_codes"], 4: ["many_codes"]}


def test_a_code_that_is_edited_away_counts_no_longer(world: World) -> None:
    place = {"shipping_address": {"address1": "Main St. 5", "zip": "1011", "country_code": "NL"}}
    bodies = [bought(n, NOW - timedelta(days=4 - n), **place) for n in (1, 2, 3)]
    deliver(world, *bodies)
    assert flags(world) == {3: ["same_address"]}
    world.deliver("orders/updated", bought(1, NOW - timedelta(days=3), codes=["OTHER"], updated=NOW, **place))
    world.work()
    assert flags(world) == {}


def test_the_same_delivered_again_compares_nothing_again(world: World) -> None:
    deliver(world, *a_leak()[:5])
    world.deliver("orders/updated", bought(1, NOW - timedelta(days=39), updated=NOW))
    with world.wiring.batch_session() as session:
        from app.flows.drain_inbox import drain

        drain(session, world.wiring.desk, NOW)
    with world.wiring.platform_session() as session:
        assert session.execute(text("select count(*) from fraud_dirty")).scalar_one() == 0


def test_the_books_prove_with_flags_in_them(world: World) -> None:
    deliver(world, *a_leak())
    with (
        world.wiring.shop_session(world.shop_id) as session,
        world.wiring.batch_session() as again,
    ):
        answer = prove(session, again, world.context, NOW)
    assert [c for c in answer["checks"] if not c["ok"]] == []
