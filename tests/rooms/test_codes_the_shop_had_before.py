"""A merchant's own codes are given to creators: they count from a day on, and their discounts are never touched."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.adopt_codes import Wanted, adopt_codes, read
from app.flows.pasted import MOST, Faulty
from app.flows.retire_codes import RetireCodes
from app.flows.rotate_code import disable_code
from app.kernel.errors import Invalid
from app.tracking.store import drift
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.pretend_discounts import Shelf
from tests.rooms.test_codes_that_shopify_refused import (
    credited,
    give,
    issue,
    judge_again,
    shelf,
    the_books_agree,
    world,
)
from tests.world import World

__all__ = ["shelf", "world"]
DAY = timedelta(days=1)


def bought(number: int, used: str, **more: Any) -> Json:
    return order(number, lines=[line(off=[(0, "10.00")])], codes=[code(used)], **more)


def adopt(world: World, *pairs: tuple[str, str], since: Any = NOW) -> Any:
    wanted = [Wanted(n, handle, used) for n, (handle, used) in enumerate(pairs, 1)]
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        done = adopt_codes(
            session, world.wiring.desk, wanted, program="main", since=since, actor="staff", now=NOW
        )
    judge_again(world)
    return done


def test_a_code_counts_from_its_day_on_and_orders_since_then_are_credited(world: World) -> None:
    for number, days in ((1, 9), (2, 3), (3, 0)):
        world.deliver("orders/create", bought(number, "friend-of-mara", placed=NOW - days * DAY))
    world.work()
    done = adopt(world, ("mara", "FRIEND-OF-MARA"), since=NOW - 5 * DAY)
    assert (done.taken, done.known, credited(world)) == (1, 0, [2, 3])
    the_books_agree(world)


def test_the_same_list_twice_changes_nothing(world: World) -> None:
    adopt(world, ("mara", "OLD1"), ("mara", "OLD2"))
    done = adopt(world, ("mara", "old1"), ("mara", "OLD2"))
    assert (done.taken, done.known) == (0, 2)


def test_a_code_that_shopify_refused_becomes_theirs_as_it_is(world: World, shelf: Shelf) -> None:
    give(world, "SUMMER")
    issue(world, shelf)
    world.deliver("orders/create", bought(1, "SUMMER", placed=NOW))
    world.work()
    assert credited(world) == []
    adopt(world, ("mara", "SUMMER"))
    assert credited(world) == [1]
    issue(world, shelf)
    assert shelf.codes["SUMMER"] == "sale"
    the_books_agree(world)


def test_ending_it_leaves_the_merchants_discount_alone(world: World, shelf: Shelf) -> None:
    adopt(world, ("mara", "SUMMER"))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        disable_code(session, world.wiring.desk, "SUMMER", at=None, actor="staff", now=NOW)
    RetireCodes(world.wiring.shop_session, lambda _: shelf, world.wiring.clock)(shop_id=world.shop_id)
    assert shelf.codes == {"SUMMER": "sale"}


def test_one_bad_line_and_nothing_is_taken(world: World) -> None:
    world.creator("theo", "THEO10")
    with pytest.raises(Faulty) as refused:
        adopt(world, ("mara", "FINE"), ("nobody", "X1"), ("mara", "THEO10"), ("mara", "no good"))
    assert [fault.line for fault in refused.value.faults] == [2, 3, 4]
    assert str(refused.value).startswith("3 lines cannot be taken, so none was. Line 2: ")
    with world.wiring.shop_session(world.shop_id) as session:
        assert "FINE" not in session.execute(text("select code from codes")).scalars().all()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mara,M1", [("mara", "M1")]),
        ("\ufeffhandle;code\r\nMara; M1 \r\n\r\ntheo;T1", [("mara", "M1"), ("theo", "T1")]),
        ("mara\tM1\ntheo\tT1\n", [("mara", "M1"), ("theo", "T1")]),
        ('"mara","M,1"', [("mara", "M,1")]),
    ],
)
def test_lines_are_read_as_spreadsheets_write_them(typed: str, found: list[tuple[str, str]]) -> None:
    assert [(one.handle, one.code) for one in read(typed)] == found


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "no line"),
        ("handle,code", "no line"),
        ("mara", "Line 1 is not a handle and a code"),
        ("mara,M1,more", "Line 1: It has 3 cells; these are known: handle, code"),
        ('"mara', "Line 1 is not"),
        ("mara,M1,,\nmara", "Line 2 is not"),
        ("mara,M1\nmara,", "Line 2 is not"),
        ("m,c\n" * (MOST + 1), "at most 10000"),
        ("x" * 600_000, "at most 512000"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(typed: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(typed)


def test_a_discount_of_ours_that_is_gone_is_forgotten_though_adopted_codes_work(
    world: World, shelf: Shelf
) -> None:
    give(world, "MARA-VIP")
    issue(world, shelf)
    adopt(world, ("mara", "SUMMER"))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update codes set state = 'failed' where not adopted"))
        (gid,) = drift.nodes(session)
        assert not drift.carries_codes(session, gid)
