"""The floor of the batch path: claim the events and COPY the finished rows, nothing thought about at all.

The rows were made by the product beforehand. Because of the fence they are copied into a temporary
table and inserted from there, into the same tables with the same indexes, constraints and triggers.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
                save(connection, f"{table} where {where}", [batch], folder / f"{number}.{table}")
        for table in AT_THE_END:
            save(connection, table, [], folder / f"{len(batches) - 1}.{table}")


def columns(connection: "psycopg.Connection[Any]", table: str) -> str:
    """Those that are written; the database works out the others by itself."""
    found = connection.execute(
        "select string_agg(attname, ', ' order by attnum) from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
        [table],
    ).fetchone()
    assert found
    return str(found[0])


def save(connection: "psycopg.Connection[Any]", rows: str, values: Sequence[object], file: Path) -> None:
    """`rows` is put together from names of ours, the table's first."""
    written = columns(connection, rows.split(maxsplit=1)[0])
    query = f"copy (select {written} from {rows}) to stdout (format binary)"  # noqa: S608 - names of ours
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
        copy_in(session, files)
        claim.settle(session, [Outcome(e.id, State.DONE) for e in events], now)
    return True


def copy_in(session: BatchSession, files: Mapping[str, Path]) -> None:
    """Through temporary tables: COPY into a fenced one is refused. Entries and postings go in by one statement."""
    held = [table for table, file in files.items() if file.exists()]
    for table in held:
        _copy(session, table, files[table].read_bytes())
    written = {table: columns(_driver(session), table) for table in held}
    inserts = {t: f"insert into {t} ({c}) select {c} from t_{t}" for t, c in written.items()}  # noqa: S608
    if "postings" in inserts:
        inserts["postings"] = f"with e as ({inserts.pop('journal_entries')}) {inserts['postings']}"
    for statement in inserts.values():
        session.execute(text(statement))


def _copy(session: BatchSession, table: str, rows: bytes) -> None:
    driver = _driver(session)
    selected = f"select {columns(driver, table)} from {table}"  # noqa: S608 - names of ours
    session.execute(
        text(f"create temp table if not exists t_{table} on commit delete rows as {selected} with no data")
    )
    with driver.cursor().copy(f"copy t_{table} from stdin (format binary)".encode()) as copy:
        copy.write(rows)


def _driver(session: BatchSession) -> "psycopg.Connection[Any]":
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
