"""A schema of its own with the same tables, fences and triggers, empty, for as long as one piece of work needs it.

The tables are copied from what the migrations made, so that there is no second description of them; one that is cut
into partitions is whole there.
Like migrations this connects as the owner; what works in the schema does so in the fenced role.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, TextClause, text
from sqlalchemy.engine import URL

from app.db.engine import app_engine, owner_engine
from app.db.rls import ROLE
from app.db.session import BatchSession, ShopSession
from app.kernel.ids import ShopId

PREFIX = "replay_"
"""Schemas of this name are ours; once nobody holds a schema's lock it is a leftover."""

_FOUND = text("select nspname from pg_namespace where starts_with(nspname, :prefix) order by nspname")
_TAKE = text("select pg_try_advisory_lock(hashtextextended('schema ' || :name, 0))")
_LET_GO = text("select pg_advisory_unlock(hashtextextended('schema ' || :name, 0))")

_TABLES = text(r"""
    select c.oid, c.relname as name, c.relrowsecurity as fenced, c.relforcerowsecurity as forced,
           (select string_agg(lower(a.privilege_type), ', ') from aclexplode(c.relacl) a
            where a.grantee = cast(cast(:role as text) as regrole)) as allowed
    from pg_class c
    where c.relnamespace = cast('public' as regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'procrastinate\_%' and c.relname <> 'alembic_version'
    order by c.relname
""")

LATER = (
    "ix_orders_name",
    "ix_orders_attributes",
    "ix_orders_clicked",
    "ix_orders_checkout",
    "ix_credits_creator_day",
    "ix_credits_flagged",
    "ix_credits_maturing",
    "ix_postings_award",
    "ix_postings_creator",
    "ix_sightings_order",
    "ix_sightings_placed",
)
"""Indexes that nothing reads while orders are judged: made at once when all rows are there, they cost a third."""

_INDEXES = text("""
    select x.indrelid as oid, i.relname as name, quote_ident(c.conname) as own, pg_get_constraintdef(c.oid) as kept,
           replace(pg_get_indexdef(i.oid), ' ON ONLY public.', ' ON public.') as made
    from pg_index x join pg_class i on i.oid = x.indexrelid
    left join pg_constraint c on c.conindid = i.oid and c.contype in ('p', 'u') and c.conrelid = x.indrelid
    where x.indrelid = any(:tables) order by i.relname
""")

_POLICIES = text("""
    select polrelid as oid, polname as name, case when polpermissive then 'permissive' else 'restrictive' end as kind,
           case polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                       else 'delete' end as command,
           pg_get_expr(polqual, polrelid) as visible, pg_get_expr(polwithcheck, polrelid) as writable
    from pg_policy where polrelid = any(:tables) order by polname
""")

_TRIGGERS = text("""
    select tgrelid as oid, replace(pg_get_triggerdef(oid), ' ON public.', ' ON ') as made
    from pg_trigger where tgrelid = any(:tables) and not tgisinternal order by tgname
""")


@dataclass(frozen=True)
class Fresh:
    """Sessions on an empty copy of the tables."""

    engine: Engine
    make_indexes: Callable[[], None]
    """The last of them: call it once all rows are there that come from deliveries."""

    def shop_session(self, shop_id: ShopId) -> ShopSession:
        """A session of one shop there."""
        return ShopSession(self.engine, shop_id)

    def batch_session(self) -> BatchSession:
        """The worker's session there; blind until it admits shops."""
        return BatchSession(self.engine)


@contextmanager
def fresh_database(url: URL) -> Iterator[Fresh]:
    """Sessions in the fenced role on a fresh schema, which is gone afterwards."""
    with fresh_schema(url) as (name, make_indexes):
        engine = app_engine(url, schema=name)
        try:
            yield Fresh(engine, make_indexes)
        finally:
            engine.dispose()


@contextmanager
def fresh_schema(url: URL) -> Iterator[tuple[str, Callable[[], None]]]:
    """The name of an empty schema that has all our tables, and what makes its last indexes; it is gone afterwards.

    Its tables are not logged (they are worthless after a crash) and have no foreign keys: what would
    break one is found by the comparison that the schema is made for. What a killed process left behind
    is removed on the way. `url` must name the owner of the tables.
    """
    engine = owner_engine(url)
    try:
        with engine.connect() as owner:
            _remove_leftovers(owner)
            name = PREFIX + str(owner.scalar(text("select cast(pg_current_xact_id() as text)")))
            owner.execute(_TAKE, {"name": name})
            owner.commit()
            try:
                with owner.begin():
                    later = _make(owner, name)
                yield name, lambda: _run(owner, later)
            finally:
                _drop(owner, name)
    finally:
        engine.dispose()


def _remove_leftovers(owner: Connection) -> None:
    """The lock of a schema belongs to the connection that made it, so a dead process holds none."""
    found = list(owner.scalars(_FOUND, {"prefix": PREFIX}))
    owner.commit()
    for name in found:
        if owner.scalar(_TAKE, {"name": name}):
            _drop(owner, name)
        owner.commit()


def _drop(owner: Connection, name: str) -> None:
    owner.rollback()
    owner.exec_driver_sql(f'drop schema if exists "{name}" cascade')
    owner.execute(_LET_GO, {"name": name})
    owner.commit()


def _run(owner: Connection, statements: list[str]) -> None:
    """Run them in one round trip, once: a schema that several replays share has its indexes after the first."""
    if statements:
        with owner.begin():
            _send(owner, statements)
    statements.clear()


def _send(owner: Connection, statements: list[str]) -> None:
    owner.exec_driver_sql(";\n".join(statements), execution_options={"no_parameters": True})


def _make(owner: Connection, name: str) -> list[str]:
    """Make the schema; returns the statements that make its last indexes.

    Everything is asked at once and made at once: one table after the other was five hundred round trips.
    """
    tables = owner.execute(_TABLES, {"role": ROLE}).all()
    indexes, policies, triggers = (
        _by_table(owner, asked, tables) for asked in (_INDEXES, _POLICIES, _TRIGGERS)
    )
    # Expressions of policies and functions of triggers are written without a schema: the path finds both.
    statements = [f'create schema "{name}"', f'set local search_path = "{name}", public']
    later: list[str] = []
    for table in tables:
        statements.append(
            f'create unlogged table "{name}"."{table.name}" (like public."{table.name}" including all excluding indexes)'
        )
        for index in indexes[table.oid]:
            (later if index.name in LATER else statements).append(_index(index, table, name))
        statements += _manners(table, policies[table.oid])
        statements += [trigger.made for trigger in triggers[table.oid]]
    statements.append(f'grant usage on schema "{name}" to {ROLE}')
    statements.append(f'grant usage, select on all sequences in schema "{name}" to {ROLE}')
    _send(owner, statements)
    return later


def _by_table(owner: Connection, asked: TextClause, tables: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {table.oid: [] for table in tables}
    for row in owner.execute(asked, {"tables": list(found)}):
        found[row.oid].append(row)
    return found


def _index(index: Row[Any], table: Row[Any], schema: str) -> str:
    """What makes this index or key of the table there."""
    if index.kept is not None:
        return f'alter table "{schema}"."{table.name}" add constraint {index.own} {index.kept}'
    return str(index.made.replace(" ON public.", f' ON "{schema}".', 1))


def _manners(table: Row[Any], policies: Sequence[Row[Any]]) -> Iterator[str]:
    """What a copied table still lacks: its fence, and what our role may do with it."""
    if table.allowed:
        yield f'grant {table.allowed} on "{table.name}" to {ROLE}'
    if table.fenced:
        yield f'alter table "{table.name}" enable row level security'
    if table.forced:
        yield f'alter table "{table.name}" force row level security'
    for policy in policies:
        using = f" using ({policy.visible})" if policy.visible else ""
        check = f" with check ({policy.writable})" if policy.writable else ""
        yield f'create policy "{policy.name}" on "{table.name}" as {policy.kind} for {policy.command}{using}{check}'
