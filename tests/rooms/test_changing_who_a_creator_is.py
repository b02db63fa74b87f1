"""A creator's e-mail and customer record say which orders are their own: past orders follow a change."""

from datetime import timedelta

import pytest

from app.audit.store import decisions
from app.creators import store as creators
from app.creators.model import Contact
from app.db.snapshot import POLL_MS
from app.flows.change_creator import NoCustomer, change_contact, set_customer
from app.flows.compare_again import CompareAgain
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.replaying import differences
from tests.world import World

PENDING = ("mara", "pending")
ADDRESS = {"address1": "Main St. 5", "zip": "1011", "country_code": "NL"}


@pytest.fixture
def world(wiring: Wiring) -> World:
    """Three orders with Mara's code: one by customer 77, one later to the same address, one from mara@studio.example."""
    made = World(wiring)
    made.creator("mara", "MARA10")
    orders = [
        order(1, customer={"id": 77}, shipping_address=ADDRESS, placed=NOW - timedelta(days=3), codes=[]),
        order(2, customer={"id": 78}, shipping_address=ADDRESS, placed=NOW - timedelta(days=2), codes=[]),
        order(3, customer={"id": 79}, email="Mara@studio.example", placed=NOW - timedelta(days=1), codes=[]),
    ]
    for body in orders:
        body |= {"line_items": [line(1, "90.00")], "discount_applications": [code("MARA10")]}
        made.deliver("orders/create", body)
    made.work()
    return made


def follow(world: World) -> None:
    world.wiring.job_worker.run_due()
    world.work()


def customer(world: World, who: str | None, handle: str = "mara") -> Change:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        return set_customer(session, world.wiring.desk, handle, who, actor="staff 7", now=NOW)


def email(world: World, address: str | None) -> Change:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        contact = Contact("Mara", address, {})
        return change_contact(session, world.wiring.desk, "mara", contact, actor="staff 7", now=NOW)


def flags(world: World) -> dict[int, tuple[str, ...]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.connection().exec_driver_sql(
            "select order_id, flags from credits where commission_minor > 0 order by 1"
        )
        return {r.order_id: tuple(r.flags) for r in rows}


def test_an_order_of_the_creators_own_customer_record_stops_earning_and_flags_its_neighbour(
    world: World,
) -> None:
    assert world.balances()[PENDING] == 3 * 1080
    assert flags(world) == {1: (), 2: (), 3: ()}
    assert customer(world, "gid://shopify/Customer/77") is Change.CHANGED
    follow(world)
    assert world.balances()[PENDING] == 2 * 1080
    assert flags(world) == {2: ("same_address",), 3: ()}
    assert differences(world) == []


def test_another_customer_record_gives_back_what_the_first_one_took(world: World) -> None:
    customer(world, "77")
    follow(world)
    assert customer(world, "78") is Change.CHANGED
    follow(world)
    assert flags(world) == {1: (), 3: ()}
    assert customer(world, None) is Change.CHANGED
    follow(world)
    assert flags(world) == {1: (), 2: (), 3: ()}
    assert differences(world) == []


def test_another_email_makes_other_orders_the_creators_own(world: World) -> None:
    assert email(world, "mara@studio.example") is Change.CHANGED
    follow(world)
    assert sorted(flags(world)) == [1, 2]
    assert email(world, "mara@home.example") is Change.CHANGED
    follow(world)
    assert sorted(flags(world)) == [1, 2, 3]
    assert differences(world) == []


def test_the_log_keeps_the_pseudonym_and_no_number(world: World) -> None:
    customer(world, "77")
    assert customer(world, " 0077 ") is Change.UNCHANGED
    customer(world, None)
    assert customer(world, None) is Change.UNCHANGED
    with world.wiring.shop_session(world.shop_id) as session:
        said = [d for d in decisions(session) if d.kind == "creator.customer_set"]
        mara = creators.creator(session, "mara")
        assert creators.keys_of(session, mara.id).customer is None
    assert [d.subject for d in said] == ["mara", "mara"]
    assert [len(d.facts["customer_key"] or "") for d in said] == [32, 0]
    assert said[0].actor == "staff 7"


@pytest.mark.parametrize("typed", ["", "mara", "-7", "7.0", "gid://shopify/Order/7", "0", "1" * 20, "\u0667"])
def test_what_names_no_customer_is_refused_with_what_was_typed(world: World, typed: str) -> None:
    with pytest.raises(NoCustomer) as refused:
        customer(world, typed)
    assert repr(typed) in str(refused.value)
    assert "number" in str(refused.value)


def test_a_creator_who_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(NotFound, match="noor"):
        customer(world, "77", handle="noor")


def test_a_delivery_under_way_during_the_change_is_waited_for(world: World) -> None:
    """It compared with the creator as they were, and commits its order after the job began."""
    customer(world, "80")
    with world.wiring.batch_session() as delivery:
        delivery.begin()
        delivery.admit([world.shop_id])
        delivery.connection().exec_driver_sql("update orders set customer_key = customer_key where id = 1")
        slept: list[int] = []

        def commit(milliseconds: int) -> None:
            slept.append(milliseconds)
            delivery.commit()

        with world.wiring.shop_session(world.shop_id) as session:
            mara = creators.creator(session, "mara")
        CompareAgain(world.wiring.batch_session, commit)(
            shop_id=world.shop_id, creator_id=mara.id, keys=["00"]
        )
    # Other tests share the server, and what they have under way is waited for as well.
    assert set(slept) == {POLL_MS}
