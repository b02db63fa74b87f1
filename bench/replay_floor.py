"""The floor of the replay: the finished rows of each portion, copied into the same tables."""

import json
import shutil
from pathlib import Path

import psycopg

from app.db.fresh_schema import Fresh
from app.db.session import BatchSession, ShopSession
from app.flows.replay import PORTION
from app.flows.topics import ORDER_TOPICS
from app.inbox import store as inbox
from app.kernel.ids import ShopId
from app.shops.store import ShopContext
from bench import floor
from bench.floor import AT_THE_END, OF_ORDERS

TABLES = {**OF_ORDERS, "refunds": "order_id = any(%s)"}


def save(live: ShopSession, fresh: Fresh, shop: ShopContext, folder: Path) -> None:
    """Write the rows that a replay made, one file for each portion and table."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with fresh.shop_session(ShopId(shop.id)) as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        number = 0
        for number, portion in enumerate(inbox.by_order(live, shop.domain, ORDER_TOPICS, PORTION)):
            ids = sorted({int(json.loads(e.body)["id"]) for e in portion})
            for table, where in TABLES.items():
                floor.save(driver, f"{table} where {where}", [ids], folder / f"{number}.{table}")
        for table in AT_THE_END:
            floor.save(driver, table, [], folder / f"{number}.{table}")


def load(session: BatchSession, shop_id: int, folder: Path, number: int) -> None:
    """Copy the rows of one portion, in a transaction."""
    with session.begin():
        session.admit([shop_id])
        floor.copy_in(session, {table: folder / f"{number}.{table}" for table in (*TABLES, *AT_THE_END)})
