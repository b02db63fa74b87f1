"""One PostgreSQL for the whole run; in it a migrated template, and databases that are emptied and lent again."""

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import fasteners
import psutil
import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import Pool, QueuePool

from app.db.embedded import start
from app.db.engine import app_engine
from app.db.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / ".tribute" / "test-postgres"
"""Kept between runs and shared by all that run at once; every test has a database to itself in it."""

HASTE = (
    "alter system set fsync = off",
    "alter system set synchronous_commit = off",
    "alter system set full_page_writes = off",
    "alter system set autovacuum = off",
    "alter system set jit = off",
    "alter system set max_wal_size = '4GB'",
    "alter system set checkpoint_timeout = '1h'",
    "select pg_reload_conf()",
)
"""Nothing here has to outlive a power cut."""

EMPTYING = (
    "create schema testing",
    "create sequence testing.alterations",
    # Who made a temporary table or a schema of a replay altered nothing that is lent to the next test.
    """
    create function testing.note_alteration() returns event_trigger language plpgsql security definer as $$
    begin
        if exists (
            select from pg_event_trigger_ddl_commands()
            where coalesce(schema_name, '') !~ '^(pg_temp|pg_toast_temp|replay_|testing)' and object_identity !~ '^replay_'
        ) then perform nextval('testing.alterations'); end if;
    end $$
    """,
    """
    create function testing.note_drop() returns event_trigger language plpgsql security definer as $$
    begin
        if exists (
            select from pg_event_trigger_dropped_objects()
            where coalesce(schema_name, '') !~ '^(pg_temp|pg_toast|replay_|testing)' and object_identity !~ '^(replay_|pg_temp)'
        ) then perform nextval('testing.alterations'); end if;
    end $$
    """,
    # What was deleted stays in the files as dead rows: a table that grew starts again with new files.
    """
    create function testing.empty() returns void language plpgsql as $$
    declare one record; found boolean; grown text[] := '{}';
    begin
        set local session_replication_role = replica;
        for one in select c.oid::regclass as name, pg_relation_size(c.oid) as size from pg_class c
                   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                     and c.relname <> 'alembic_version' and pg_relation_size(c.oid) > 0
        loop
            if one.size > 65536 then grown := grown || one.name::text;
            else execute format('delete from %s', one.name);
            end if;
        end loop;
        if grown <> '{}' then execute 'truncate ' || array_to_string(grown, ', ') || ' cascade'; end if;
        perform setval(format('%I.%I', schemaname, sequencename), start_value, false)
        from pg_sequences where schemaname = 'public' and last_value is not null;
    end $$
    """,
    # Rows that many tests begin with are made once, laid aside, and copied back: a tenth of what making them costs.
    """
    create function testing.lay_aside(label text) returns void language plpgsql as $$
    declare one record;
    begin
        for one in select c.oid::regclass as name, c.relname from pg_class c
                   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                     and c.relname <> 'alembic_version' and pg_relation_size(c.oid) > 0
        loop
            execute format('create table testing.%I as table %s', label || ':' || one.relname, one.name);
        end loop;
        execute format('create table testing.%I as select sequencename, last_value from pg_sequences '
                       'where schemaname = ''public'' and last_value is not null', 'sequences of ' || label);
    end $$
    """,
    """
    create function testing.bring_back(label text) returns void language plpgsql as $$
    declare one record;
    begin
        set local session_replication_role = replica;
        for one in
            select c.oid::regclass as kept, p.oid::regclass as name,
                   string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
            from pg_class c
            join pg_class p on p.relname = split_part(c.relname, ':', 2) and p.relnamespace = 'public'::regnamespace
            join pg_attribute a on a.attrelid = p.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            where c.relnamespace = 'testing'::regnamespace and split_part(c.relname, ':', 1) = label
            group by c.oid, p.oid
        loop
            execute format('insert into %s (%s) overriding system value select %s from %s',
                           one.name, one.columns, one.columns, one.kept);
        end loop;
        for one in execute format('select * from testing.%I', 'sequences of ' || label) loop
            perform setval(format('public.%I', one.sequencename), one.last_value, true);
        end loop;
    end $$
    """,
    "create event trigger note_alteration on ddl_command_end execute function testing.note_alteration()",
    "create event trigger note_drop on sql_drop execute function testing.note_drop()",
)
"""How a database is emptied, and how it is noticed that a test altered more of it than rows."""

KEPT = "kept"
"""Name of the connections that outlive a test; those that a test forgot are cut."""

_CUT_OFF = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
      and application_name <> %s
"""

_numbers = itertools.count(1)


def server() -> URL:
    """The shared server. DATABASE_URL names another one to test on."""
    given = os.environ.get("DATABASE_URL")
    return make_url(given or start(SERVER)).set(drivername="postgresql+psycopg")


def template(postgres: URL) -> str:
    """Name of a migrated database to copy; made once for each state of the migrations."""
    migrations = [p.read_bytes() for p in sorted((ROOT / "migrations").rglob("*.py"))]
    digest = sha256(b"".join(migrations) + repr((HASTE, EMPTYING)).encode()).hexdigest()[:12]
    name = f"template_{digest}"
    SERVER.parent.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(SERVER.parent / "template.lock"):
        _drop_databases_of_the_dead(postgres)
        if not _names(postgres, name):
            raw = postgres.set(database=f"{name}_raw")
            _run(postgres, *HASTE, f"create database {name}_raw")
            migrate(raw)
            _run(raw, *EMPTYING)
            _run(postgres, f"alter database {name}_raw rename to {name}")
    return name


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _names(url: URL, like: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(
            connection.execute(
                text("select datname from pg_database where datname like :n"), {"n": like}
            ).scalars()
        )
    engine.dispose()
    return found


def _drop_databases_of_the_dead(url: URL) -> None:
    """A killed run leaves its databases behind; their names say whose they were."""
    for name in _names(url, "test\\_%"):
        if not psutil.pid_exists(int(name.split("_")[1])):
            _run(url, f"drop database if exists {name} with (force)")
    for name in _names(url, "%\\_raw"):
        _run(url, f"drop database if exists {name} with (force)")


@contextmanager
def fresh_database(postgres: URL, template: str) -> Iterator[URL]:
    """An empty, migrated database that nobody else uses, for as long as it is held."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    # Files are copied: through the log, the other strategy, it costs four times as much.
    _run(postgres, f"create database {name} template {template} strategy file_copy")
    yield postgres.set(database=name)
    _run(postgres, f"drop database {name} with (force)")


class Lent:
    """The database of this process: lent to one test after the other, empty each time.

    A test that altered more than rows leaves it to be thrown away, and the next gets a new one.
    """

    def __init__(self, postgres: URL, template: str) -> None:
        self._postgres, self._template = postgres, template
        self._held = ExitStack()
        self._url: URL | None = None
        self._engine: Engine | None = None
        self._owner: psycopg.Connection[Any] | None = None
        self._aside: dict[str, object] = {}

    @contextmanager
    def lend(self) -> Iterator[URL]:
        """The database, for one test."""
        url = self._url = self._url or self._held.enter_context(
            fresh_database(self._postgres, self._template)
        )
        yield url
        if not self._emptied():
            self.throw_away()

    def app_engine(self, url: URL) -> Engine:
        """The app's engine on it. One for all tests: statements are compiled and planned once, not for each."""
        if self._engine is None:
            self._engine = app_engine(url.update_query_dict({"application_name": KEPT}))
        return self._engine

    def lay_aside(self, label: str, made: object) -> None:
        """Keep all rows as they are now under that label, and with them what the test knows of them."""
        self._as_owner().execute("select testing.lay_aside(%s)", [label])
        self._aside[label] = made

    def bring_back(self, label: str) -> object | None:
        """Put those rows into the empty database, and answer what was kept with them; None: none were laid aside."""
        made = self._aside.get(label)
        if made is not None:
            self._as_owner().execute("select testing.bring_back(%s)", [label])
        return made

    def throw_away(self) -> None:
        """End with this database."""
        if self._engine is not None:
            self._engine.dispose()
        if self._owner is not None:
            self._owner.close()
        self._held.close()
        self._url = self._engine = self._owner = None
        self._aside.clear()

    def _as_owner(self) -> psycopg.Connection[Any]:
        assert self._url is not None, "No database is lent."
        self._owner = self._owner or self._connected(self._url)
        return self._owner

    def _emptied(self) -> bool:
        if self._engine is not None and not _is_idle(self._engine.pool):
            return False
        try:
            owner = self._as_owner()
            owner.execute(_CUT_OFF, [KEPT])
            if owner.execute("select is_called from testing.alterations").fetchone() != (False,):
                return False
            owner.execute("select testing.empty()")
        except psycopg.Error:
            return False
        return True

    def _connected(self, url: URL) -> psycopg.Connection[Any]:
        """As the owner, for all tests: a new connection reads the catalogue anew."""
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        options = "-c lock_timeout=5s"
        return psycopg.connect(address, autocommit=True, application_name=KEPT, options=options)


def _is_idle(pool: Pool) -> bool:
    return isinstance(pool, QueuePool) and pool.checkedout() == 0
