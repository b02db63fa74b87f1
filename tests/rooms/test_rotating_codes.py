"""A leaked code is replaced: the new one is issued, the old one ends, and what it brought before stays earned."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.flows.retire_codes import JOB, RetireCodes, look
from app.flows.rotate_code import EndsTooEarly, disable_code, retry, rotate_code
from app.kernel.errors import Invalid
from app.tracking.end_code import CodeEnded, NoSuchCode, NothingToRetry
from app.tracking.model import BadCode, CodeTaken
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.pretend_discounts import Shelf
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO10")
    return made


def bought(number: int, used: str, **more: object) -> Json:
    return order(number, lines=[line(off=[(0, "10.00")])], codes=[code(used)], **more)


def rotate(world: World, old: str = "MARA10", new: str | None = None, at: object = None) -> str:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        given = {"new": new, "at": at, "actor": "staff", "now": world.wiring.clock.now()}
        return rotate_code(session, world.wiring.desk, old, **given).new  # type: ignore[arg-type]


def states(world: World) -> dict[str, str]:
    with world.wiring.shop_session(world.shop_id) as session:
        return {r.code: r.state for r in session.execute(text("select code, state from codes order by id"))}


def log(world: World) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        kinds = session.execute(
            text("select kind from decisions where kind like 'code.%' order by id")
        ).scalars()
        return [kind for kind in kinds if kind != "code.assigned"]


@pytest.fixture
def shelf(world: World) -> Shelf:
    """A pretend Shopify that has the codes already."""
    held = Shelf(codes={"MARA10": "node/1", "THEO10": "node/1"})
    held.terms["node/1"] = None  # type: ignore[assignment]
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update shops set offline = false"))
        session.execute(text("update codes set redeem_code_gid = 'redeem/' || folded"))
        session.execute(
            text(
                "insert into discount_nodes (shop_id, program_id, gid, terms_digest, created_at) "
                "values (:shop, :program, 'node/1', 'x', now())"
            ),
            {"shop": world.shop_id, "program": world.program_id},
        )
    return held


def retire(world: World, shelf: Shelf) -> None:
    RetireCodes(world.wiring.shop_session, lambda _: shelf, world.wiring.clock)(shop_id=world.shop_id)


def test_orders_before_the_rotation_keep_their_commission_and_later_ones_with_the_old_code_earn_nothing(
    world: World,
) -> None:
    world.deliver("orders/create", bought(1, "MARA10"))
    world.work()
    new = rotate(world, new="MARA-NEW")
    world.deliver("orders/create", bought(2, "MARA10", placed=NOW + timedelta(minutes=1)))
    world.deliver("orders/create", bought(3, new, placed=NOW + timedelta(minutes=1)))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(text("select order_id, reason_code from conversions order by 1"))
        assert [tuple(row) for row in rows] == [(1, None), (2, "code_not_valid"), (3, None)]
    assert world.balances()["mara", "pending"] == 2160
    assert log(world) == ["code.rotated"]


def test_a_new_code_is_made_up_that_nobody_guesses(world: World) -> None:
    new = rotate(world)
    assert new.startswith("MARA10-")
    assert len(new) == 11
    assert rotate(world, new) != new


def test_the_old_code_goes_from_shopify_when_its_time_comes_and_not_before(
    world: World, shelf: Shelf
) -> None:
    rotate(world, new="MARA11", at=NOW + timedelta(days=2))
    retire(world, shelf)
    assert states(world) == {"MARA10": "active", "THEO10": "active", "MARA11": "waiting"}
    world.move_clock(days=2)
    with world.wiring.batch_session() as session:
        look(session, world.wiring.queue, [world.context], world.wiring.clock.now())
    with world.wiring.platform_session() as session:
        jobs = session.execute(text("select task_name from procrastinate_jobs")).scalars().all()
    assert JOB in jobs
    retire(world, shelf)
    retire(world, shelf)
    assert states(world)["MARA10"] == "disabled"
    assert set(shelf.codes) == {"THEO10"}
    assert shelf.asked == ["remove"]


def test_a_code_whose_creation_is_not_answered_is_looked_up_before_it_goes(
    world: World, shelf: Shelf
) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(
            text("update codes set state = 'issuing', redeem_code_gid = null where code = 'MARA10'")
        )
        disable_code(session, world.wiring.desk, "mara10", at=None, actor="staff", now=NOW)
    retire(world, shelf)
    assert shelf.asked == ["find", "remove"]
    assert (states(world)["MARA10"], log(world)) == ("disabled", ["code.disabled"])


def test_what_shopify_does_not_answer_is_tried_again(world: World, shelf: Shelf) -> None:
    rotate(world, new="MARA11")
    shelf.fail["after remove"] = ConnectionError("lost")
    with pytest.raises(ConnectionError):
        retire(world, shelf)
    assert states(world)["MARA10"] == "active"
    retire(world, shelf)
    assert states(world)["MARA10"] == "disabled"


def test_a_refused_code_is_tried_again_when_somebody_says_so(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update codes set state = 'failed', failure = 'x' where code = 'MARA10'"))
        retry(session, world.wiring.desk, "MARA10", actor="staff", now=NOW)
        assert states_of(session) == ["waiting"]
        with pytest.raises(NothingToRetry):
            retry(session, world.wiring.desk, "MARA10", actor="staff", now=NOW)
    assert log(world) == ["code.retried"]


def states_of(session: object) -> list[str]:
    rows = session.execute(text("select state from codes where code = 'MARA10'"))  # type: ignore[attr-defined]
    return [row.state for row in rows]


@pytest.mark.parametrize(
    ("old", "new", "at", "refusal"),
    [
        ("NOBODY", None, None, NoSuchCode),
        ("MARA10", "theo10", None, CodeTaken),
        ("MARA10", "mara10 ", None, Invalid),
        ("MARA10", "two words", None, BadCode),
        ("MARA10", "NEW", NOW - timedelta(days=1), EndsTooEarly),
    ],
)
def test_what_cannot_be_rotated_is_refused_and_nothing_has_happened(
    world: World, old: str, new: str | None, at: object, refusal: type[Exception]
) -> None:
    before = states(world)
    with pytest.raises(refusal):
        rotate(world, old, new, at)
    assert states(world) == before
    assert log(world) == []


def test_a_code_that_has_ended_is_not_ended_again(world: World) -> None:
    rotate(world, new="MARA11")
    with pytest.raises(CodeEnded, match="disabled at"):
        rotate(world, new="MARA12")
