"""The file of the contract, and applying it."""

import copy
import json
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.flows.apply_plan import read
from app.flows.apply_tally import Applied
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.wiring import Wiring
from tests.tenants import NOW

FILE: dict[str, Any] = {
    "shop": "lumen.myshopify.com",
    "currency": "EUR",
    "timezone": "Europe/Amsterdam",
    "programs": [
        {
            "handle": "main",
            "window_days": 30,
            "hold_days": 30,
            "offer": {
                "effective_from": "2026-01-01",
                "discount": {"percent": "10"},
                "rules": [{"kind": "percent", "rate": "0.12"}],
            },
        }
    ],
    "creators": [
        {
            "handle": "mara",
            "name": "Mara Lind",
            "email": "mara@example.com",
            "program": "main",
            "codes": ["MARA10"],
            "links": [{"slug": "mara", "to": "/products/serum", "channel": "instagram"}],
        }
    ],
}
EVERYTHING = {
    "shops": ["lumen.myshopify.com"],
    "programs": ["main"],
    "offers": ["main 2026-01-01"],
    "creators": ["mara"],
    "enrollments": ["mara main"],
    "codes": ["MARA10"],
    "links": ["mara"],
}
NOTHING: dict[str, list[str]] = {noun: [] for noun in EVERYTHING}


def a_file(shop: str = "lumen.myshopify.com", **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(FILE), "shop": shop, **changes}


def apply(
    wiring: Wiring, file: Any, *, offline: bool = True, reprice: bool = False, now: datetime = NOW
) -> Applied:
    return wiring.applier(read(json.dumps(file).encode()), offline=offline, reprice=reprice, now=now)


def shop_id(wiring: Wiring, domain: str = "lumen.myshopify.com") -> ShopId:
    with wiring.platform_session() as session:
        return shops.get_by_domain(session, domain).id


def rows(wiring: Wiring) -> dict[str, int]:
    """How many rows there are, whoever they belong to."""
    counted = text(
        "select (select count(*) from shops) as shops, (select count(*) from link_slugs) as slugs, "
        "(select count(*) from procrastinate_jobs) as jobs"
    )
    with wiring.platform_session() as session:
        return dict(session.execute(counted).one()._mapping)


def jobs(wiring: Wiring) -> list[str]:
    with wiring.platform_session() as session:
        return list(session.scalars(text("select task_name from procrastinate_jobs order by id")))
