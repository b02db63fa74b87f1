"""Two fences round each tenant: every way that was thought of to read or write a neighbour's rows."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from app.creators.tables import Creator, Enrollment
from app.db.session import WrongShop
from app.wiring import Wiring
from tests.world import INSTALLED, World

Probe = Callable[[Session, World, World], Any]
COPY = "copy creators (shop_id, handle, name, profile, created_at) from stdin"


@pytest.fixture
def shops(wiring: Wiring) -> tuple[World, World]:
    mine, theirs = World(wiring, domain="mine.myshopify.com"), World(wiring, domain="theirs.myshopify.com")
    mine.creator("mara", "MARA10")
    theirs.creator("theo", "THEO5")
    return mine, theirs


def creator(shop_id: int) -> Creator:
    return Creator(shop_id=shop_id, handle="spy", name="Spy", profile={}, created_at=INSTALLED)


def raw(statement: str) -> Probe:
    return lambda s, _mine, theirs: list(s.execute(text(statement), {"theirs": theirs.shop_id}).scalars())


other = aliased(Creator)
handles = select(Creator.handle)
table: Any = Creator.__table__

READS: dict[str, Probe] = {
    "select": lambda s, _m, _t: list(s.scalars(handles)),
    "select by the other shop's id": lambda s, _m, t: list(
        s.scalars(handles.where(Creator.shop_id == t.shop_id))
    ),
    "select of whole rows": lambda s, _m, _t: [c.handle for c in s.scalars(select(Creator))],
    "alias": lambda s, _m, _t: list(s.scalars(select(other.handle))),
    "join": lambda s, _m, _t: list(s.scalars(handles.join(Enrollment, Enrollment.creator_id == Creator.id))),
    "cross join": lambda s, _m, _t: list(
        s.scalars(select(other.handle).select_from(Creator).join(other, text("true")))
    ),
    "subquery": lambda s, _m, _t: list(s.scalars(select(handles.subquery().c.handle))),
    "common table expression": lambda s, _m, _t: list(s.scalars(select(handles.cte().c.handle))),
    "scalar subquery": lambda s, _m, _t: [
        s.scalar(select(select(func.max(Creator.handle)).scalar_subquery()))
    ],
    "union": lambda s, _m, _t: list(s.scalars(union_all(handles, handles))),
    "query of the old style": lambda s, _m, _t: [c.handle for c in s.query(Creator)],
    "query of the old style with a filter": lambda s, _m, t: [
        c.handle for c in s.query(Creator).filter_by(shop_id=t.shop_id)
    ],
    "select of the bare table": lambda s, _m, _t: list(s.execute(select(table.c.handle)).scalars()),
    "text": raw("select handle from creators"),
    "text by the other shop's id": raw("select handle from creators where shop_id = :theirs"),
    "text into entities": lambda s, _m, _t: [
        c.handle for c in s.scalars(select(Creator).from_statement(text("select * from creators")))
    ],
    "text of a join": raw("select c.handle from enrollments e join creators c on c.id = e.creator_id"),
    "text of a set operation": raw("select handle from creators union select handle from creators"),
    "lateral": raw("select l.handle from shops s cross join lateral (select handle from creators) l"),
    "window": raw("select max(handle) over () from creators"),
}


@pytest.mark.parametrize("way", READS)
def test_no_way_of_reading_shows_a_neighbours_row(shops: tuple[World, World], way: str) -> None:
    mine, theirs = shops
    with mine.wiring.shop_session(mine.shop_id) as session:
        assert "theo" not in READS[way](session, mine, theirs)


COUNTS: dict[str, Probe] = {
    "count": lambda s, _m, _t: s.scalar(select(func.count()).select_from(Creator)),
    "exists": lambda s, _m, _t: s.scalar(select(exists().where(Creator.handle == "theo"))) or 1,
    "count of the bare table": lambda s, _m, _t: s.scalar(select(func.count()).select_from(table)),
}


@pytest.mark.parametrize("way", COUNTS)
def test_no_way_of_counting_counts_a_neighbours_row(shops: tuple[World, World], way: str) -> None:
    mine, theirs = shops
    with mine.wiring.shop_session(mine.shop_id) as session:
        assert COUNTS[way](session, mine, theirs) == 1


def test_a_neighbours_row_is_not_got_by_its_key(shops: tuple[World, World]) -> None:
    mine, theirs = shops
    with theirs.wiring.shop_session(theirs.shop_id) as session:
        key = session.scalars(select(Creator.id)).one()
    with mine.wiring.shop_session(mine.shop_id) as session:
        assert session.get(Creator, (theirs.shop_id, key)) is None


WRITES: dict[str, Probe] = {
    "update": lambda s, _m, _t: s.execute(update(Creator).values(name="Spied")),
    "update by the other shop's id": lambda s, _m, t: s.execute(
        update(Creator).where(Creator.shop_id == t.shop_id).values(name="Spied")
    ),
    "update of the bare table": lambda s, _m, _t: s.execute(update(table).values(name="Spied")),
    "text": lambda s, _m, _t: s.execute(text("update creators set name = 'Spied'")),
    "delete of what is theirs": lambda s, _m, t: s.execute(
        delete(Enrollment).where(Enrollment.shop_id == t.shop_id)
    ),
    "delete by text": lambda s, _m, t: s.execute(
        text("delete from codes where shop_id = :t"), {"t": t.shop_id}
    ),
}


@pytest.mark.parametrize("way", WRITES)
def test_no_way_of_changing_changes_a_neighbours_row(shops: tuple[World, World], way: str) -> None:
    mine, theirs = shops
    with mine.wiring.shop_session(mine.shop_id) as session, session.begin():
        WRITES[way](session, mine, theirs)
    with theirs.wiring.shop_session(theirs.shop_id) as session:
        assert session.execute(text("select name from creators")).scalars().all() == ["Theo"]
        assert session.execute(text("select count(*) from codes")).scalar_one() == 1


INSERTS: dict[str, Probe] = {
    "add": lambda s, _m, t: s.add(creator(t.shop_id)),
    "merge": lambda s, _m, t: s.merge(creator(t.shop_id)),
    "insert": lambda s, _m, t: s.execute(
        insert(Creator).values(shop_id=t.shop_id, handle="spy", name="Spy", profile={}, created_at=INSTALLED)
    ),
    "bulk": lambda s, _m, t: s.bulk_save_objects([creator(t.shop_id)]),
    "text": lambda s, _m, t: s.execute(
        text(
            "insert into creators (shop_id, handle, name, profile, created_at) values (:t, 's', 'S', '{}', now())"
        ),
        {"t": t.shop_id},
    ),
    "moving a row over": lambda s, _m, t: setattr(s.scalars(select(Creator)).one(), "shop_id", t.shop_id),
    "update that moves rows over": lambda s, _m, t: s.execute(update(Creator).values(shop_id=t.shop_id)),
    "a parent that is theirs": lambda s, _m, t: s.execute(
        text(
            "insert into enrollments (shop_id, creator_id, program_id, created_at) "
            "values (cast(current_setting('app.shop_ids') as bigint[])[1], :c, :p, now())"
        ).bindparams(c=10_000, p=t.program_id)
    ),
}


@pytest.mark.parametrize("way", INSERTS)
def test_no_way_of_adding_puts_a_row_into_a_neighbours_shop(shops: tuple[World, World], way: str) -> None:
    mine, theirs = shops

    def attempt() -> None:
        with mine.wiring.shop_session(mine.shop_id) as session, session.begin():
            INSERTS[way](session, mine, theirs)

    with pytest.raises((WrongShop, DBAPIError)):
        attempt()


def test_copy_into_a_fenced_table_is_refused(shops: tuple[World, World]) -> None:
    mine, _ = shops
    with mine.wiring.shop_session(mine.shop_id) as session, session.begin():
        driver: Any = session.connection().connection.driver_connection
        with pytest.raises(Exception, match="row-level security"), driver.cursor().copy(COPY):
            pass


def test_a_session_of_the_platform_sees_no_shops_rows(shops: tuple[World, World]) -> None:
    with shops[0].wiring.platform_session() as session:
        assert session.execute(text("select count(*) from creators")).scalar_one() == 0


def test_a_batch_is_blind_until_it_admits_shops_and_then_sees_those_alone(shops: tuple[World, World]) -> None:
    mine, _ = shops
    with mine.wiring.batch_session() as session, session.begin():
        assert session.execute(text("select handle from creators")).scalars().all() == []
        session.admit([mine.shop_id])
        assert session.execute(text("select handle from creators")).scalars().all() == ["mara"]
        assert session.scalars(select(Creator.handle)).all() == ["mara"]
        session.admit([])
        assert session.execute(text("select handle from creators")).scalars().all() == []


def test_a_connection_that_comes_back_from_a_shop_carries_nothing_of_it(shops: tuple[World, World]) -> None:
    mine, _ = shops
    for _ in range(3):
        with mine.wiring.shop_session(mine.shop_id) as session:
            assert session.execute(text("select count(*) from creators")).scalar_one() == 1
        with mine.wiring.engine.connect() as connection:
            assert connection.execute(text("select count(*) from creators")).scalar_one() == 0


def test_the_second_transaction_of_a_session_is_fenced_like_the_first(shops: tuple[World, World]) -> None:
    mine, _ = shops
    with mine.wiring.shop_session(mine.shop_id) as session:
        for _ in range(2):
            assert session.execute(text("select handle from creators")).scalars().all() == ["mara"]
            session.commit()
