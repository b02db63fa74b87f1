"""How transactions begin and end: one round trip each, and what the driver has prepared outlives a rollback.

Both speak to libpq beneath the driver, which asks only whether a transaction is open before it does the same.
Where something is wrong nothing is said here: the driver tries again in its own way, and its error is the one
that callers know.
"""

from typing import Any, cast

import psycopg
from psycopg import pq
from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError


def begun_with(connection: Connection, statement: str) -> bool:
    """Begin the transaction and run a statement of it in the same round trip. False when it is left to the driver."""
    driver = _driver(connection)
    if driver.autocommit or driver.pgconn.transaction_status != pq.TransactionStatus.IDLE:
        return False
    result = driver.pgconn.exec_(f"{_begin(driver)}; {statement}".encode())
    return bool(result.status == pq.ExecStatus.TUPLES_OK)


def _begin(driver: psycopg.Connection[Any]) -> str:
    """As the connection is set: one that was frozen once says so each time (db/snapshot)."""
    words = ["begin"]
    if driver.isolation_level is not None:
        words.append("isolation level " + driver.isolation_level.name.replace("_", " "))
    if driver.read_only is not None:
        words.append("read only" if driver.read_only else "read write")
    if driver.deferrable is not None:
        words.append("deferrable" if driver.deferrable else "not deferrable")
    return " ".join(words)


def refuse_dead(driver: DBAPIConnection, _record: object, _proxy: object) -> None:
    """Ask a connection that leaves the pool whether it still lives. Raises InvalidatePoolError, and the pool makes another.

    `pool_pre_ping` asks the same by way of a cursor, with autocommit switched on for it and off again.
    """
    answer = cast("psycopg.Connection[Any]", driver).pgconn.exec_(b"")
    if answer.status != pq.ExecStatus.EMPTY_QUERY:
        raise InvalidatePoolError


def roll_back(connection: Connection) -> None:
    """Roll back and keep what is prepared.

    The driver would forget every statement it has prepared, in case one was prepared on a table that is
    gone now. Nothing that works through the app's role makes tables, and most rollbacks only end a
    reading: whatever came next on the connection would have all of its own planned again.
    """
    if not (connection.closed or connection.invalidated):
        pgconn = _driver(connection).pgconn
        if pgconn.status == pq.ConnStatus.OK and pgconn.transaction_status in _OPEN:
            pgconn.exec_(b"rollback")


_OPEN = (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)
