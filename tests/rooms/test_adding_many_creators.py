"""A merchant's list of creators: all lines are taken or none, and each bad one is named."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.creators import store as creators
from app.flows.add_creators import Added, add_creators, read
from app.flows.pasted import Faulty
from app.kernel.errors import Invalid
from app.tracking import store as tracking
from app.wiring import Wiring
from tests.conftest import NOW
from tests.statements import asked
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    return made


def add(world: World, *lines: str, program: str = "main") -> Added:
    people = read("\n".join(lines))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        return add_creators(session, world.wiring.desk, people, program=program, actor="staff", now=NOW)


def codes(world: World) -> dict[str, list[str]]:
    """By handle, in the order in which they were given."""
    asked_for = text(
        "select c.handle, array_agg(k.code order by k.id) as codes from codes k "
        "join enrollments e on e.id = k.enrollment_id join creators c on c.id = e.creator_id "
        "where k.shop_id = :shop group by 1 order by 1"
    )
    with world.wiring.shop_session(world.shop_id) as session:
        return {r.handle: r.codes for r in session.execute(asked_for, {"shop": world.shop_id})}


def test_each_line_becomes_a_creator_with_a_code(world: World) -> None:
    done = add(world, "Ida Berg,ida@example.com,IDA", "Théo Blanc", "Ida Berg-Roth,,,")
    assert done == Added(taken=3, known=0)
    assert codes(world) == {
        "mara": ["MARA10"],
        "ida-berg": ["IDA"],
        "theo-blanc": ["THEO"],
        "ida-berg-roth": ["IDA-2"],
    }
    with world.wiring.shop_session(world.shop_id) as session:
        assert creators.creator(session, "ida-berg").contact.email == "ida@example.com"


def test_many_of_one_name_get_codes_that_differ(world: World) -> None:
    add(world, "handle,name,code", "a1,Anna,ANNA-3", *(f"a{n},Anna," for n in range(2, 6)))
    assert [codes(world)[f"a{n}"] for n in range(1, 6)] == [
        ["ANNA-3"],
        ["ANNA"],
        ["ANNA-2"],
        ["ANNA-4"],
        ["ANNA-5"],
    ]


def test_a_longer_list_may_be_sent_again(world: World) -> None:
    add(world, "Ida Berg,ida@example.com,", "Theo Blanc")
    before = codes(world)
    assert add(world, "Ida Berg,IDA@example.com,", "Theo Blanc", "Noor Ali") == Added(taken=1, known=2)
    assert codes(world) == before | {"noor-ali": ["NOOR"]}


def test_who_is_there_joins_another_program_with_a_code_of_their_own_there(world: World) -> None:
    world.program("vip", world.rules)
    assert add(world, "handle,code", "mara,", program="vip") == Added(taken=1, known=0)
    assert codes(world) == {"mara": ["MARA10", "MARA"]}


def test_each_bad_line_is_named_and_nobody_is_added(world: World) -> None:
    with pytest.raises(Faulty) as refused:
        add(
            world,
            "Ida,ida@example.com,IDA",
            "Noor,noor@,",
            "Theo,,T 1",
            "Ida,,",
            "Lou,,ida",
            ",only@example.com,",
            "日本",
        )
    assert [fault.line for fault in refused.value.faults] == [2, 3, 4, 5, 6, 7]
    assert list(codes(world)) == ["mara"]


def test_what_the_shop_has_otherwise_is_named_line_by_line(world: World) -> None:
    add(world, "Ida Berg,ida@example.com,IDA")
    with pytest.raises(Faulty) as refused:
        add(world, "Noor Ali", "Ida Berg,other@example.com,", "Lou,,mara10")
    said = {fault.line: fault.why for fault in refused.value.faults}
    assert set(said) == {2, 3}
    assert "'ida-berg'" in said[2]
    assert "'mara'" in said[3]
    assert "noor-ali" not in codes(world)


def test_the_first_line_may_name_the_columns_as_the_page_does() -> None:
    (named,) = read("Code,Name,E-mail\nIDA,Ida Berg,ida@example.com\n")
    (bare,) = read("Ida Berg,ida@example.com,IDA")
    assert replace(named, line=1) == bare


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("", "no line"),
        ("name,email\n", "no line"),
        ("Ida,ida@example.com,IDA,ida,more", "Line 1: It has 5 cells"),
        ("x" * 900_001, "at most 900000"),
        ('"Ida\x00', "cannot be read|cannot be shown"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(sent: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(sent)


def test_hundreds_are_asked_for_as_often_as_two(world: World) -> None:
    with asked(world.wiring) as for_two:
        add(world, "One", "Two")
    with asked(world.wiring) as for_hundreds:
        add(world, *(f"Creator {n}" for n in range(400)))
    assert len(for_hundreds) == len(for_two)


def test_orders_that_came_by_a_code_before_are_judged_again(world: World) -> None:
    add(world, "Ida Berg,ida@example.com,IDA")
    with world.wiring.platform_session() as session:
        tasks: Any = session.execute(text("select task_name, args from procrastinate_jobs order by id")).all()
    assert [task.args["codes"] for task in tasks if task.task_name == "orders.reevaluate"] == [["IDA"]]
    with world.wiring.shop_session(world.shop_id) as session:
        assert tracking.code(session, "ida") is not None
