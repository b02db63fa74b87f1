"""The books prove themselves, and every order says why."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from app.commissions.balances import balances
from app.flows.explain import NoSuchOrder, explain
from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    built = World(wiring)
    built.creator("mara", "MARA10")
    built.creator("theo", "THEO5")
    built.deliver(
        "orders/create", order(lines=[line(1, "30.00", 3, off=[(0, "9.00")])], codes=[code("mara10")])
    )
    built.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW))
    built.work()
    return built


def failed_checks(world: World) -> dict[str, str]:
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        return {
            c["name"]: c["offender"]
            for c in prove(session, again, world.context, world.wiring.clock.now())["checks"]
            if not c["ok"]
        }


def test_the_books_of_a_shop_prove_themselves(world: World) -> None:
    assert failed_checks(world) == {}


@pytest.mark.parametrize(
    ("forgery", "names"),
    [
        ("update postings set amount_minor = amount_minor + 1", "balances equal the postings"),
        ("delete from postings", "every entry has postings"),
        ("update balances set credit_minor = credit_minor + 1", "balances equal the postings"),
        ("update credits set commission_minor = commission_minor + 1", "every commission can be worked out again"),
        ("update credits set weight = 0.5", "weights of every order sum to one"),
        ("update rollup_creator_day set net_minor = 1", "rollups equal the credits"),
        ("update rollup_shop_day set net_minor = 1", "a day of the shop equals its creators"),
        ("insert into balances select shop_id, creator_id, currency, 'cash', 0, 5 from balances limit 1",
         "cash equals what was paid"),
        ("insert into balances select shop_id, creator_id, currency, 'in_transit', 0, 5 from balances limit 1",
         "in transit equals the open payouts"),
        ("delete from credits", "expense equals the commissions that stand"),
        ("update credits set matured = true", "every order's postings equal its commission"),
    ],
)  # fmt: skip
def test_a_forgery_is_found_and_its_first_offender_named(
    world: World, database: URL, forgery: str, names: str
) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(forgery))
    engine.dispose()
    assert failed_checks(world)[names]


def test_explain_gives_every_candidate_the_arithmetic_and_the_digest(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session:
        told = explain(session, "#1001", NOW)
    assert told["status"] == "pending"
    assert told["net_sales"] == {"minor": 5400, "currency": "EUR"}
    (credit,) = told["credits"]
    assert (credit["creator"], credit["weight"], credit["commission"]["minor"]) == ("mara", "1", 648)
    (counted,) = credit["lines"]
    assert (counted["remaining"], counted["rate"], counted["base"]["minor"]) == (2, "0.12", 5400)
    (candidate,) = told["candidates"]
    assert (candidate["value"], candidate["won"], candidate["reason_code"]) == ("mara10", True, "won")
    assert len(told["event_digest"]) == 64


@pytest.mark.parametrize("reference", ["1001", "#1001", "gid://shopify/Order/1001"])
def test_an_order_is_found_by_number_name_or_gid(world: World, reference: str) -> None:
    with world.wiring.shop_session(world.shop_id) as session:
        assert explain(session, reference, NOW)["order"] == "1001"


@pytest.mark.parametrize("reference", ["9", "#9", "", "x" * 500, "1001; drop table orders", "9" * 40])
def test_an_order_we_do_not_hold_is_refused_in_a_sentence(world: World, reference: str) -> None:
    with (
        world.wiring.shop_session(world.shop_id) as session,
        pytest.raises(NoSuchOrder, match="has no order"),
    ):
        explain(session, reference, NOW)


def test_an_order_without_evidence_says_so(world: World) -> None:
    world.deliver("orders/create", order(1002))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        told = explain(session, "1002", NOW)
    assert (told["status"], told["reason_code"], told["credits"]) == ("unqualified", "no_evidence", [])


def test_balances_do_not_depend_on_when_a_job_ran(world: World) -> None:
    later = NOW + timedelta(days=40)
    with world.wiring.shop_session(world.shop_id) as session:
        before = balances(session, "EUR", later)
        today = balances(session, "EUR", NOW)
    world.move_clock(days=40)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        assert balances(session, "EUR", later) == before
        assert balances(session, "EUR", NOW) == today
    assert today["mara"] == {"EUR": {"pending": 648, "payable": 0, "in_transit": 0, "paid": 0}}
    assert before["mara"] == {"EUR": {"pending": 0, "payable": 648, "in_transit": 0, "paid": 0}}
    assert before["theo"] == {"EUR": {"pending": 0, "payable": 0, "in_transit": 0, "paid": 0}}
