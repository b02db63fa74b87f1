"""Connections: to a given PostgreSQL or to the embedded one, always as the role that is fenced in."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from app.db.rls import ROLE
from app.db.turns import refuse_dead, roll_back
from app.kernel.errors import RefusedError

DatabaseError = SQLAlchemyError
"""What sessions and engines raise when the database did not do it; rooms above need no other name for it."""


class UnsafeRole(RefusedError):
    """The database role could look past the fences."""

    def __init__(self, role: str, why: str) -> None:
        super().__init__(
            f"The database role {role!r} {why}, so one shop could see another's rows. "
            f"Run `tribute migrate` as the owner; the app then works as {ROLE!r}."
        )


def database_url(given: str | None, data: Path) -> URL:
    """The address to connect to; starts the embedded server under `data` when none is given."""
    if given is None:
        from app.db.embedded import start

        given = start(data / "postgres")
    return make_url(given).set(drivername="postgresql+psycopg")


def owner_engine(url: URL) -> Engine:
    """For migrations and nothing else: connects as whoever the address names."""
    return create_engine(url, pool_size=1, max_overflow=0)


def app_engine(url: URL, *, pool_size: int = 5, schema: str | None = None) -> Engine:
    """What serve and worker use. Every connection starts in the fenced role and cannot leave it by RESET.

    The role is a start-up option rather than a SET on checkout: a rollback would undo the SET.
    `schema`: work on the tables of that schema (db/fresh_schema) and see no others.
    """
    options = f"-c role={ROLE} -c timezone=UTC -c jit=off"
    if schema is not None:
        # Its tables grow from nothing within seconds: a plan made while they were empty must not be kept.
        options += f" -c search_path={schema} -c plan_cache_mode=force_custom_plan -c synchronous_commit=off"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        # The connection that was used last: it has prepared the most. The others are for when several work at once.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"options": options},
    )
    event.listen(engine, "connect", _check_role)
    event.listen(engine, "checkout", refuse_dead)
    event.listen(engine, "rollback", roll_back)
    return engine


def _check_role(connection: Any, _record: object) -> None:
    refuse_unsafe_role(connection)


def refuse_unsafe_role(connection: Any) -> None:
    """Raise UnsafeRole when this driver connection could look past the fences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, r.rolsuper, r.rolbypassrls, "
            "exists (select 1 from pg_class c where c.relname = 'postings' and c.relowner = r.oid) "
            "from pg_roles r where r.rolname = current_user"
        )
        role, superuser, bypass, owner = cursor.fetchone()
    connection.rollback()
    for unsafe, why in (
        (superuser, "is a superuser"),
        (bypass, "may bypass row security"),
        (owner, "owns the tables"),
    ):
        if unsafe:
            raise UnsafeRole(role, why)


def is_reachable(engine: Engine) -> bool:
    """Whether the database answers right now."""
    with engine.connect() as connection:
        return bool(connection.execute(text("select 1")).scalar_one())
