"""Every mapped table, for Alembic and for the tests that walk the metadata."""

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData

from app.db.base import Base, ShopOwned


def metadata() -> MetaData:
    """The metadata with all rooms' tables in it. Rooms are found by their name, not listed."""
    import app

    for room in pkgutil.iter_modules(app.__path__):
        if room.ispkg and importlib.util.find_spec(f"app.{room.name}.tables") is not None:
            importlib.import_module(f"app.{room.name}.tables")
    return Base.metadata


def shop_owned_tables() -> list[str]:
    """Names of the tables whose rows belong to one shop, in a stable order."""
    metadata()
    return sorted(m.local_table.description for m in Base.registry.mappers if issubclass(m.class_, ShopOwned))
