"""Locks by name that outlive a transaction: for work that calls somebody else while it holds them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from app.kernel.errors import Retriable

WAIT_SECONDS = 30
"""Longer than one refused HTTP call may take, so that waiting for a turn normally succeeds."""


class Busy(Retriable):
    """Somebody else held the lock for too long."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was busy for {WAIT_SECONDS} seconds; it will be tried again.", after_seconds=5
        )


class NamedLocks:
    """Locks that every process on this database shares."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def hold(self, name: str) -> Iterator[Connection]:
        """Hold the lock of that name, and lend the connection that holds it.

        The lock belongs to the connection and not to a transaction: none is open while the body runs,
        and the server lets go of it when the process dies. Raises Busy. Needs connections of its own
        (or a pooler in session mode): decision 0010.
        """
        with self._engine.connect() as connection:
            _take(connection, name)
            try:
                yield connection
            finally:
                _release(connection, name)

    @contextmanager
    def try_hold(self, name: str) -> Iterator[bool]:
        """Hold the lock if nobody else does, without waiting; the answer says whether."""
        query = text("select pg_try_advisory_lock(hashtextextended(:name, 0))")
        with self._engine.connect() as connection:
            got = bool(connection.execute(query, {"name": name}).scalar_one())
            connection.commit()
            try:
                yield got
            finally:
                if got:
                    _release(connection, name)


def _release(connection: Connection, name: str) -> None:
    connection.rollback()
    connection.execute(text("select pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": name})
    connection.commit()


def _take(connection: Connection, name: str) -> None:
    connection.execute(text("select set_config('lock_timeout', :wait, true)"), {"wait": f"{WAIT_SECONDS}s"})
    try:
        connection.execute(text("select pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
    except OperationalError as error:
        connection.rollback()
        raise Busy(name) from error
    connection.commit()
