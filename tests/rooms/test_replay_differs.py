import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from app.audit.store import record
from app.db.fresh_schema import fresh_schema
from app.flows.replay import Erased
from app.flows.replay_again import NotReplayable
from app.wiring import Wiring
from tests.conftest import NOW
from tests.replaying import differences, live_through, replayed, schemas, two_creators
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    return two_creators(wiring)


def test_an_erased_shop_is_refused_with_a_sentence(world: World) -> None:
    live_through(world, range(1, 3))
    world.deliver("app/uninstalled", {"id": 1})
    world.work()
    world.move_clock(hours=48)
    world.deliver("shop/redact", {"shop_id": 1, "shop_domain": world.domain})
    world.work()
    with pytest.raises(Erased, match="nothing can be replayed"):
        replayed(world)


def test_what_is_parked_or_ignored_stays_so(world: World) -> None:
    live_through(world, range(1, 3))
    done = len(world.inbox())
    world.deliver("orders/create", b'{"id": 77, "broken": true}')
    world.deliver("carts/update", {"id": 1})
    world.work()
    found = replayed(world)
    assert (found.identical, found.events) == (True, done)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            "update credits set commission_minor = commission_minor + 1 where order_id = 1",
            "credit 1 theo: commission_minor is ",
        ),
        ("update orders set name = '#X' where id = 2", 'order 2: name is "#X", by replay "#2"'),
        (
            "delete from credits where order_id = 1",
            "credit 1 theo: replaying gives it, and it does not stand in the books",
        ),
        ("update rollup_shop_day set orders = orders + 1", "shop_day "),
        ("update conversions set reason_code = 'paused' where order_id = 3", "conversion 3: reason_code is"),
    ],
)
def test_a_planted_difference_is_found_and_named(world: World, damage: str, told: str) -> None:
    live_through(world, range(1, 5))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text(damage))
    found = replayed(world)
    assert not found.identical
    assert any(told in sentence for sentence in found.compared.differences), found.compared.differences
    assert found.compared.different == len(found.compared.differences)


def test_an_event_that_cannot_be_read_any_more_is_named(world: World) -> None:
    live_through(world, range(1, 3))
    with world.wiring.platform_session() as session, session.begin():
        session.execute(text("update inbox set body = '{' where id in (select max(id) from inbox)"))
    found = replayed(world)
    assert not found.identical
    assert "was acted on once and cannot be read any more" in found.unreadable[0]


def test_a_decision_of_a_kind_that_nobody_knows_is_named(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        record(session, "moon.landed", subject="moon", actor="42", facts={}, now=NOW)
    with pytest.raises(NotReplayable, match=r"moon\.landed about 'moon'"):
        replayed(world)


def test_a_decision_that_cannot_be_taken_again_is_named(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        facts = {"creator": "nobody", "program": "main", "code": "X"}
        record(session, "code.assigned", subject="X", actor="42", facts=facts, now=NOW)
    with pytest.raises(NotReplayable, match="There is no creator 'nobody'"):
        replayed(world)


def test_what_a_killed_replay_left_behind_is_removed_by_the_next(world: World, database: URL) -> None:
    live_through(world, range(1, 3))
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("create schema replay_12 create table orders (id bigint)"))
    engine.dispose()
    assert differences(world) == []
    assert schemas(database) == []


def test_a_replay_that_is_under_way_keeps_its_schema(world: World, database: URL) -> None:
    live_through(world, range(1, 3))
    with fresh_schema(database) as (theirs, _):
        assert differences(world) == []
        assert schemas(database) == [theirs]
    assert schemas(database) == []


def test_the_fences_stand_in_the_fresh_schema_too(world: World) -> None:
    bare = text(
        "select relname from pg_class where relnamespace = cast(current_schema() as regnamespace) "
        "and relkind = 'r' and not (relrowsecurity and relforcerowsecurity) order by 1"
    )
    with (
        world.wiring.replayer.open_fresh() as fresh,
        fresh.shop_session(world.shop_id) as session,
        world.wiring.shop_session(world.shop_id) as live,
    ):
        assert session.scalars(bare).all() == [
            name for name in live.scalars(bare) if not name.startswith(("procrastinate_", "alembic_"))
        ]
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(text("insert into balances values (0, 1, 'EUR', 'cash', 0, 0)"))
        session.rollback()
        with pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text("delete from postings"))
