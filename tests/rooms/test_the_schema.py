"""What the database itself guarantees."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from app.db.migrate import configuration
from app.db.schema import metadata, shop_owned_tables
from app.wiring import Wiring
from tests.credit_shop import credit_shop

GLOBAL = {
    "shops",
    "fraud_dirty",
    "identities",
    "identity_memberships",
    "inbox",
    "job_failures",
    "link_slugs",
    "passkey_challenges",
    "passkeys",
    "portal_sessions",
    "provider_endpoints",
    "rejudge",
    "rollup_dirty",
    "sign_in_links",
}
"""Known before a tenant is."""


def test_every_table_belongs_to_a_shop_or_is_on_the_short_list() -> None:
    assert set(metadata().tables) - set(shop_owned_tables()) == GLOBAL


def test_the_key_of_every_table_of_a_shop_begins_with_the_shop() -> None:
    tables = metadata().tables
    first = {name: next(iter(tables[name].primary_key)).name for name in shop_owned_tables()}
    assert set(first.values()) == {"shop_id"}


def test_the_migrations_make_exactly_the_mapped_tables(database: URL) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.check(config)
    engine.dispose()


def test_every_table_of_a_shop_is_fenced_by_the_database(database: URL) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        fenced = connection.execute(
            text(
                "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid "
                "where c.relrowsecurity and c.relforcerowsecurity and not c.relispartition"
            )
        ).scalars()
        assert sorted(fenced) == shop_owned_tables()
    engine.dispose()


def test_a_month_of_clicks_has_a_fence_of_its_own_and_no_other_door(wiring: Wiring) -> None:
    with wiring.platform_session() as session, session.begin():
        session.execute(text("select make_click_months(date '2031-01-15', 2)"))
        months = session.execute(
            text(
                "select c.relname, c.relrowsecurity and c.relforcerowsecurity and p.polname is not null, "
                "has_table_privilege(c.oid, 'select') or has_table_privilege(c.oid, 'insert') "
                "from pg_class c left join pg_policy p on p.polrelid = c.oid "
                "where c.relispartition and c.relkind = 'r' order by c.relname"
            )
        ).all()
    assert {name for name, *_ in months} >= {"clicks_203101", "clicks_203102", "clicks_rest"}
    assert {(fenced, reachable) for _, fenced, reachable in months} == {(True, False)}


def test_clicks_that_came_before_their_month_was_made_move_into_it(wiring: Wiring) -> None:
    shop = credit_shop(wiring)
    at = datetime(2031, 1, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        link = session.scalar(text("select id from links limit 1"))
        session.execute(
            text(
                "insert into clicks (shop_id, id, at, link_id, verdict, consent) "
                "values (:shop, 1, :at, :link, 'billable', 'unknown'), (:shop, 2, :next, :link, 'bot', 'unknown')"
            ),
            {"shop": shop.shop_id, "at": at, "next": at + timedelta(milliseconds=1), "link": link},
        )
    with wiring.platform_session() as platform, platform.begin():
        assert platform.scalar(text("select make_click_months(date '2031-01-01', 1)")) == 1
    with wiring.shop_session(shop.shop_id) as session:
        lies = "select c.id, c.tableoid::regclass::text as place from clicks c order by c.id"
        assert [tuple(row) for row in session.execute(text(lies))] == [
            (1, "clicks_203101"),
            (2, "clicks_rest"),
        ]


def test_months_of_clicks_are_made_once_and_no_more_than_two_years_of_them(wiring: Wiring) -> None:
    with wiring.platform_session() as session, session.begin():
        made = [session.scalar(text("select make_click_months(date '2031-01-15', 2)")) for _ in range(2)]
    assert made == [2, 0]
    with (
        wiring.platform_session() as session,
        session.begin(),
        pytest.raises(DBAPIError, match="1 to 24 months, not 25"),
    ):
        session.execute(text("select make_click_months(date '2031-01-15', 25)"))


@pytest.mark.parametrize("table", ["journal_entries", "postings", "decisions", "offers"])
@pytest.mark.parametrize("statement", ["update {} set shop_id = 1", "delete from {}", "truncate {} cascade"])
def test_rows_of_the_books_are_only_ever_added_whoever_asks(
    database: URL, table: str, statement: str
) -> None:
    owner = create_engine(database)
    with owner.connect() as connection, pytest.raises(DBAPIError, match="rows are only ever added"):
        connection.execute(text(statement.format(table)))
    owner.dispose()


def test_the_app_works_in_a_role_that_cannot_look_past_the_fences(wiring: Wiring) -> None:
    with wiring.engine.connect() as connection:
        row = connection.execute(
            text("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        ).one()
    assert tuple(row) == ("tribute_app", False, False)
