from typing import Any

import pytest
from sqlalchemy import text

from app.db import snapshot
from app.flows import reevaluate
from app.flows.prove import prove
from app.wiring import Wiring
from tests.apply_files import a_file, apply
from tests.bodies import code, line, order
from tests.world import World

MARA_PENDING = ("mara", "pending")


@pytest.fixture
def world(wiring: Wiring) -> World:
    """A shop with an order that carries a code, and a creator whose code it is not yet."""
    made = World(wiring)
    made.creator("noor", "NOOR10")
    made.deliver("orders/create", order(lines=[line(1, "90.00")], codes=[code("mara10")]))
    made.deliver(
        "orders/create", order(order_id=1002, name="#1002", lines=[line(1, "90.00")], codes=[code("NOOR10")])
    )
    made.work()
    return made


def jobs(world: World) -> None:
    world.wiring.job_worker.run_due()
    world.work()


def is_proved(world: World) -> bool:
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        proof: dict[str, Any] = prove(session, again, world.context, world.wiring.clock.now())
        return bool(proof["ok"])


def file_for(world: World, rate: str = "0.12") -> dict[str, Any]:
    file = a_file(world.domain)
    file["programs"][0]["offer"]["rules"] = [{"kind": "percent", "rate": rate}]
    file["programs"][0]["offer"]["discount"] = {"percent": "0"}
    return file


def test_an_order_from_before_its_code_was_given_is_credited_then(world: World) -> None:
    assert MARA_PENDING not in world.balances()
    apply(world.wiring, a_file(world.domain, programs=[]))
    assert not is_proved(world)
    jobs(world)
    assert world.balances()[MARA_PENDING] == 1080
    assert is_proved(world)


def test_a_reprice_posts_the_difference_for_orders_since_its_date(world: World) -> None:
    assert world.balances()["noor", "pending"] == 1080
    file = file_for(world, "0.15")
    file["programs"][0]["offer"]["effective_from"] = "2026-01-01T00:00:00+00:00"
    apply(world.wiring, file, reprice=True)
    jobs(world)
    assert world.balances()["noor", "pending"] == 1350
    assert is_proved(world)


def test_judging_again_without_a_reason_changes_nothing(world: World) -> None:
    before = world.balances()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        reevaluate.request(session, world.wiring.queue, placed_from=None, codes=None)
        reevaluate.request(session, world.wiring.queue, placed_from=None, codes=["noor10"])
    jobs(world)
    assert world.balances() == before


def test_a_delivery_that_was_under_way_during_the_decision_is_judged_by_it(world: World) -> None:
    """It read the owners before the code was given, and commits its order after the job began."""
    apply(world.wiring, a_file(world.domain, programs=[]))
    jobs(world)
    with world.wiring.batch_session() as delivery:
        delivery.begin()
        delivery.admit([world.shop_id])
        delivery.execute(text("update credits set commission_minor = 0"))
        job = reevaluate.Reevaluate(
            world.wiring.batch_session, world.wiring.clock, lambda _: delivery.commit()
        )
        job(shop_id=world.shop_id, placed_from=None, codes=None)
    world.work()
    assert is_proved(world)


def test_somebody_who_never_ends_does_not_stop_the_rest(world: World) -> None:
    slept: list[int] = []
    with world.wiring.platform_session() as idle:
        idle.begin()
        idle.execute(
            text("insert into link_slugs (slug, shop_id, link_id) values ('x', :s, 1)"), {"s": world.shop_id}
        )
        job = reevaluate.Reevaluate(world.wiring.batch_session, world.wiring.clock, slept.append)
        job(shop_id=world.shop_id, placed_from=None, codes=None)
    assert sum(slept) == snapshot.POLLS * snapshot.POLL_MS
