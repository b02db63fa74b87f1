"""Bring a database to the newest schema. The only code that connects as the owner."""

from pathlib import Path

from alembic import command
from alembic.config import Config
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


def migrate(url: URL) -> None:
    """Upgrade to the newest revision. Safe to run again, and by several processes at once."""
    engine = owner_engine(url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("set lock_timeout = '4s'")
            connection.exec_driver_sql("select pg_advisory_xact_lock(7418231)")
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
