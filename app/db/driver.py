"""Direct connections of the driver, for the one hot path where SQLAlchemy would cost a third more."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy.engine import URL

from app.db.engine import refuse_unsafe_role
from app.db.rls import ROLE
from app.kernel.errors import Retriable

T = TypeVar("T")

WAIT_SECONDS = 1.5
"""For a connection. Shopify hangs up after 5 s: two waits and a statement must fit in."""

OPTIONS = f"-c role={ROLE} -c timezone=UTC -c jit=off -c statement_timeout=1500"
"""A statement that takes longer (a lock, a full disk that stalls) is given up, so the sender can be told."""


class Unavailable(Retriable):
    """The database could not be asked, or did not answer in time."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database did not take it ({why}).")


class Rejected(Retriable):
    """The database is well but refused this very statement."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database refused the statement ({why}).")


class Driver:
    """A small pool of autocommit connections in the fenced role."""

    def __init__(self, url: URL, *, size: int) -> None:
        self._pool = ConnectionPool(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=size,
            max_size=size,
            timeout=WAIT_SECONDS,
            configure=refuse_unsafe_role,
            kwargs={"options": OPTIONS, "autocommit": True, "connect_timeout": 2, "tcp_user_timeout": 3000},
            open=False,
        )

    def open(self) -> None:
        """Start connecting, in the background: a database that is down now may be up later."""
        self._pool.open()

    def close(self) -> None:
        """End all connections."""
        self._pool.close()

    def run(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Run `work`, which must be idempotent: it is repeated once when its connection turns out dead.

        Raises Unavailable or Rejected; the text never holds a value of the statement.
        """
        try:
            return self._once(work)
        except _DeadConnection:
            self._pool.check()  # The others died with it, most likely: a restarted server ends all of them.
        try:
            return self._once(work)
        except _DeadConnection as error:
            raise Unavailable("connection lost") from error

    def _once(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        connection = None
        try:
            with self._pool.connection() as connection:
                return work(connection)
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable("no connection") from error
        except psycopg.Error as error:
            if connection is not None and connection.closed:
                raise _DeadConnection from error
            if (error.sqlstate or "")[:2] in {"53", "57", "55"}:  # out of resources, cancelled, locked
                raise Unavailable(type(error).__name__) from error
            raise Rejected(type(error).__name__) from error


class _DeadConnection(Exception):
    """The connection was lost before or during the work."""
