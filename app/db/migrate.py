"""Bring a database to the newest schema. The only code that connects as the owner."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from app.db.engine import owner_engine

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def configuration() -> Config:
    """Alembic's settings without a file of their own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    return config


def pending(url: URL) -> list[str]:
    """Revisions that the database lacks, oldest first."""
    engine = owner_engine(url)
    try:
        with engine.connect() as connection:
            return _pending(connection)
    finally:
        engine.dispose()


def _pending(connection: Connection) -> list[str]:
    held = MigrationContext.configure(connection).get_current_heads()
    revisions = ScriptDirectory.from_config(configuration()).iterate_revisions("heads", held or "base")
    return [revision.revision for revision in reversed(list(revisions)) if revision.revision not in held]


def migrate(url: URL) -> list[str]:
    """Upgrade to the newest revision; returns what was applied. Safe to run again, also at once."""
    engine = owner_engine(url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("set lock_timeout = '4s'")
            connection.exec_driver_sql("select pg_advisory_xact_lock(7418231)")
            applied = _pending(connection)
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return applied
    finally:
        engine.dispose()
