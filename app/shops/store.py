"""Every query of shops."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.db.session import Fenced
from app.shops.model import Status


class ShopContext(msgspec.Struct, frozen=True):
    """What the processing of an event needs to know of its shop."""

    id: int
    domain: str
    status: Status
    currency: str
    timezone: str
    installed_at: datetime
    offline: bool
    """Registered without Shopify: nothing can be asked of its Admin API."""
    shop_key: bytes | None
    """Encrypted; what the pseudonyms are made with."""


_COLUMNS = "id, domain, status, currency, timezone, installed_at, offline, shop_key"


def contexts(session: Fenced, domains: Collection[str]) -> dict[str, ShopContext]:
    """The shops of these domains that we know, by domain."""
    rows = session.execute(
        text(f"select {_COLUMNS} from shops where domain = any(:domains)"),  # noqa: S608 - a constant
        {"domains": sorted(domains)},
    )
    return {row.domain: _context(row) for row in rows}


def contexts_by_id(session: Fenced, ids: Collection[int]) -> dict[int, ShopContext]:
    """The shops of these ids, by id."""
    rows = session.execute(
        text(f"select {_COLUMNS} from shops where id = any(:ids)"),  # noqa: S608 - a constant
        {"ids": sorted(ids)},
    )
    return {row.id: _context(row) for row in rows}


def working(session: Fenced) -> list[ShopContext]:
    """Every shop whose data we still hold."""
    rows = session.execute(text(f"select {_COLUMNS} from shops where status <> 'redacted' order by id"))  # noqa: S608
    return [_context(row) for row in rows]


def _context(row: Row[Any]) -> ShopContext:
    return ShopContext(
        row.id, row.domain, Status(row.status), row.currency, row.timezone, row.installed_at, row.offline,
        row.shop_key,
    )  # fmt: skip
