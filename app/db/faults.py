"""Telling a fault of the database from a fault of the data."""

from sqlalchemy.exc import DataError, DBAPIError

TRANSIENT_STATES = {"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"}
"""Serialisation, deadlock, lock not available, shutting down, too many connections: nobody's data is at fault."""


def lacks_schema(error: BaseException) -> bool:
    """Whether the database was never migrated: neither our role nor our tables are in it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) == "42P01" or 'role "tribute_app" does not exist' in str(cause)


def is_refused(error: BaseException) -> bool:
    """Whether a value is such as PostgreSQL never takes: a NUL in a text, a number that fits no column."""
    return isinstance(error, DataError)


def is_transient(error: BaseException) -> bool:
    """Whether the same work may well succeed if it is simply done again."""
    if not isinstance(error, DBAPIError) or is_refused(error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return (
        error.connection_invalidated or state is None or state in TRANSIENT_STATES or state.startswith("08")
    )
