"""How often the database is asked before any work is done, and that a session knows its shops whatever was undone."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from app.creators.tables import Creator
from app.db.engine import owner_engine
from app.db.session import BatchSession, within
from app.db.snapshot import freeze
from app.kernel.ids import ShopId
from app.wiring import Wiring
from tests.statements import asked
from tests.world import World

HANDLES = text("select handle from creators")
PREPARED = text("select count(*) from pg_prepared_statements where statement like '%from creators%'")


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara")
    return made


def admitted(session: BatchSession) -> list[str]:
    return list(session.execute(HANDLES).scalars())


def test_a_transaction_begins_knowing_its_shop_without_a_statement_of_its_own(world: World) -> None:
    with asked(world.wiring) as sent, world.wiring.shop_session(world.shop_id) as session:
        assert list(session.execute(HANDLES).scalars()) == ["mara"]
    assert sent == [HANDLES.text]


def test_what_was_admitted_already_is_not_told_again(world: World) -> None:
    with asked(world.wiring) as sent, world.wiring.batch_session() as session, session.begin():
        session.admit([world.shop_id])
        session.admit([world.shop_id])
        with session.begin_nested():
            assert admitted(session) == ["mara"]
    assert [s for s in sent if "set_config" in s] == []


def test_a_shop_admitted_in_a_savepoint_that_was_undone_can_be_admitted_again(world: World) -> None:
    with world.wiring.batch_session() as session, session.begin():
        session.admit([])
        savepoint = session.begin_nested()
        session.admit([world.shop_id])
        savepoint.rollback()
        session.admit([world.shop_id])
        assert admitted(session) == ["mara"]


def test_a_transaction_after_one_that_was_undone_is_told_anew(world: World) -> None:
    with world.wiring.batch_session() as session:
        for _ in range(2):
            session.admit([world.shop_id])
            assert admitted(session) == ["mara"]
            session.rollback()


def test_a_platform_session_can_close_what_a_shop_inside_it_opened(world: World) -> None:
    with world.wiring.platform_session() as session, session.begin():
        with within(session, ShopId(world.shop_id)) as inner, inner.begin():
            assert list(inner.execute(HANDLES).scalars()) == ["mara"]
        with session.begin_nested():
            assert list(session.execute(HANDLES).scalars()) == []


def test_a_frozen_session_is_frozen_and_the_connection_is_of_use_afterwards(world: World) -> None:
    level = text(
        "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')"
    )
    for _ in range(2):
        with world.wiring.shop_session(world.shop_id) as session:
            freeze(session)
            assert session.execute(level).scalar_one() == "repeatable read on"
            assert session.scalars(select(Creator.handle)).all() == ["mara"]
        with world.wiring.shop_session(world.shop_id) as session:
            assert session.execute(level).scalar_one() == "read committed off"


def test_a_reading_that_ends_in_a_rollback_leaves_its_statements_prepared(world: World) -> None:
    for _ in range(8):
        with world.wiring.shop_session(world.shop_id) as session:
            session.execute(HANDLES)
    with world.wiring.platform_session() as session:
        assert session.execute(PREPARED).scalar_one() >= 1


def test_what_a_session_wrote_is_gone_when_it_ends_without_a_commit(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session:
        session.execute(text("update creators set name = 'Nobody'"))
    with world.wiring.shop_session(world.shop_id) as session:
        assert session.execute(text("select name from creators")).scalar_one() == "Mara"


def test_a_connection_that_was_cut_is_replaced_before_anybody_works_on_it(
    world: World, database: URL
) -> None:
    with world.wiring.shop_session(world.shop_id) as session:
        number = session.execute(text("select pg_backend_pid()")).scalar_one()
    owner = owner_engine(database)
    with owner.connect() as connection:
        cut = text("select pg_terminate_backend(:number, 5000)")
        assert connection.execute(cut, {"number": number}).scalar_one()
    owner.dispose()
    with world.wiring.shop_session(world.shop_id) as session:
        assert session.execute(text("select pg_backend_pid()")).scalar_one() != number
