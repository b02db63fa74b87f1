"""The floor of the batch path: claim the events and COPY the finished rows, nothing thought about at all.

The rows were made by the product beforehand. Because of the fence they are copied into a temporary
table and inserted from there, into the same tables with the same indexes, constraints and triggers.
"""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import text

from app.db.session import BatchSession
from app.inbox import claim
from app.inbox.model import Outcome, State
from app.wiring import Wiring

BATCH = 250
OF_ORDERS = {
    "orders": "id = any(%s)",
    "conversions": "order_id = any(%s)",
    "credits": "order_id = any(%s)",
    "journal_entries": "id in (select entry_id from postings where order_id = any(%s))",
    "postings": "order_id = any(%s)",
}
TOGETHER = ("journal_entries", "postings")
"""The database refuses an entry that comes without its postings in one statement."""
AT_THE_END = ("balances", "rollup_creator_day", "rollup_shop_day")
"""One row for many orders: written once, with the last batch."""


def save_rows(address: str, folder: Path) -> None:
    """Write the finished rows of each batch to files, as COPY reads them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with psycopg.connect(address) as connection:
        ids = [row[0] for row in connection.execute("select order_id from inbox order by id")]
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        for number, batch in enumerate(batches):
            for table, where in OF_ORDERS.items():
                _save(connection, f"{table} where {where}", [batch], folder / f"{number}.{table}")
        for table in AT_THE_END:
            _save(connection, table, [], folder / f"{len(batches) - 1}.{table}")


def _save(connection: psycopg.Connection, rows: str, values: Sequence[object], file: Path) -> None:
    """`rows` is put together from names of ours."""
    query = f"copy (select * from {rows}) to stdout (format binary)"  # noqa: S608 - names of ours
    with connection.cursor().copy(query.encode(), values) as copy:
        file.write_bytes(b"".join(bytes(piece) for piece in copy))


def play(wiring: Wiring, folder: Path) -> None:
    """Claim batch after batch and copy its rows."""
    tables = (*OF_ORDERS, *AT_THE_END)
    with wiring.batch_session() as session:
        shops = _shops(session)
        number = 0
        while _one_batch(session, shops, {t: folder / f"{number}.{t}" for t in tables}):
            number += 1


def _shops(session: BatchSession) -> list[int]:
    with session.begin():
        return list(session.execute(text("select id from shops")).scalars())


def _one_batch(session: BatchSession, shops: list[int], files: dict[str, Path]) -> bool:
    now = datetime.now(UTC)
    with session.begin():
        session.admit(())
        events = claim.claim(session, now, BATCH)
        if not events:
            return False
        session.admit(shops)
        for table, file in files.items():
            if file.exists():
                _load(session, table, file.read_bytes())
            if table == TOGETHER[-1]:
                session.execute(
                    text(f"with entries as ({_insert(session, TOGETHER[0])}) {_insert(session, table)}")
                )
        claim.settle(session, [Outcome(e.id, State.DONE) for e in events], now)
    return True


def _load(session: BatchSession, table: str, rows: bytes) -> None:
    session.execute(text(f"create temp table if not exists t_{table} (like {table}) on commit delete rows"))
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor().copy(f"copy t_{table} from stdin (format binary)".encode()) as copy:
        copy.write(rows)
    if table not in TOGETHER:
        session.execute(text(_insert(session, table)))


def _insert(session: BatchSession, table: str) -> str:
    """The copied rows into their table; what the database derives itself is left to it."""
    return f"insert into {table} ({(names := _columns(session, table))}) select {names} from t_{table}"  # noqa: S608 - names of ours


@cache
def _columns(session: BatchSession, table: str) -> str:
    found = session.execute(
        text(
            "select string_agg(attname, ', ' order by attnum) from pg_attribute "
            "where attrelid = cast(:table as regclass) and attnum > 0 and not attisdropped and attgenerated = ''"
        ),
        {"table": table},
    )
    return str(found.scalar_one())
