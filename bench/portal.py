"""The first page of the creators' portal: what a creator waits for, in a shop of many orders; 1x against 10x of the shop."""

import time
from dataclasses import replace
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from app.config import Settings
from app.db.migrate import migrate
from app.identities import store as identities
from app.identities.model import Membership
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.web.portal.application import create_portal
from app.wiring import Wiring, build
from bench.database import HOME, Database
from bench.maturity import SALES
from bench.measure import Gate, table
from bench.orders import EPOCH
from bench.stage import KEY, populate

MILLISECONDS = 50
"""What the page may take at a server."""
CREATORS = 1000
"""They share the orders of the shop."""
SAMPLE = 40
ROUNDS = 5
LATER = EPOCH + timedelta(days=60)
"""Some commissions are approved by then, others on hold."""

_BOOKS = """
    update credits set matured = true where matures_at < timestamptz '{later}';
    with entry as (
        insert into journal_entries (shop_id, kind, effective_at, idempotency_key)
        select shop_id, 'mature', matures_at, 'mature/' || order_id from credits where matured
        returning shop_id, id, idempotency_key)
    insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor, order_id)
    select c.shop_id, j.id, 'pending', 'payable', c.creator_id, 'EUR', 600, c.order_id
    from credits c join entry j on j.shop_id = c.shop_id and j.idempotency_key = 'mature/' || c.order_id;
    insert into balances (shop_id, creator_id, currency, account, debit_minor, credit_minor)
    select shop_id, creator_id, 'EUR', credit, 0, sum(amount_minor) from postings group by 1, 2, 4;
    insert into rollup_creator_day (shop_id, creator_id, program_id, day, currency, orders, gmv_minor, gross_minor,
                                    net_minor, commission_minor)
    select shop_id, creator_id, program_id, placed_on, currency, sum(weight), sum(gmv_minor), sum(gross_minor),
           sum(net_minor), sum(earned_minor) from credits group by 1, 2, 3, 4, 5;
    update creators set email = handle || '@example.com'
"""


def run(database: Database, *, orders: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    figures = {f"{many:,} orders": _play(database, many) for many in (orders // 10, orders)}
    print(table(f"The portal's first page, {CREATORS:,} creators", figures))
    small, large = figures.values()
    gates = [
        Gate("50 ms / p95 of the portal's first page", MILLISECONDS / large["p95_ms"], 1, 2),
        Gate(
            "1 / growth of the portal's first page from 1x to 10x",
            small["p50_ms"] / large["p50_ms"],
            0.77,
            0.9,
        ),
    ]
    return {"portal": figures}, gates


def _play(database: Database, many: int) -> dict[str, float]:
    name = f"portal_{many}"
    database.run(f"create database {name}")
    there = replace(database, url=database.url.set(database=name))
    migrate(there.url)
    populate(there.url, 1, codes=CREATORS)
    made = SALES.format(epoch=EPOCH.isoformat(), many=many).split(";\n")
    there.run(*made, *_BOOKS.format(later=LATER.isoformat()).split(";\n"), "analyze")
    wired = build(_settings(there), FixedClock(LATER))
    browsers = _signed_in(wired)
    for path, client in browsers:
        _milliseconds(client, path)
    server = there.cpu_seconds()
    taken = [_milliseconds(client, path) for _ in range(ROUNDS) for path, client in browsers]
    figures = {
        "p50_ms": median(taken),
        "p95_ms": quantiles(taken, n=20)[-1],
        "database_cpu_ms": 1e3 * (there.cpu_seconds() - server) / len(taken),
    }
    wired.engine.dispose()
    database.run(f"drop database {name} with (force)")
    return figures


def _settings(there: Database) -> Settings:
    return Settings(
        database_url=there.url.render_as_string(hide_password=False),
        data=HOME / "data",
        url="http://127.0.0.1:8000",
        secret_keys=(KEY,),
        shopify_api_key="bench",
        shopify_api_secret="bench",  # noqa: S106 - made up
    )


def _signed_in(wired: Wiring) -> list[tuple[str, FlaskClient]]:
    """(first page, browser) of some creators."""
    portal = create_portal(wired, proxies=0)
    with wired.platform_session() as platform:
        shop_id = ShopId(platform.execute(text("select id from shops")).scalar_one())
    with wired.shop_session(shop_id) as session:
        rows = session.execute(
            text("select id, handle, email from creators order by id limit :n"), {"n": SAMPLE}
        )
        people = [(row.id, row.handle, row.email) for row in rows]
    found = []
    for number, handle, email in people:
        with wired.platform_session() as known, known.begin():
            person = identities.known(known, email, [Membership(shop_id, number)], LATER)
            secret = wired.sign_in.begin(known, person.id, "bench", None)
        client = portal.test_client()
        client.set_cookie("tribute", secret)
        found.append((f"/portal/shop-0/{handle}", client))
    return found


def _milliseconds(client: FlaskClient, path: str) -> float:
    start = time.perf_counter()
    answer = client.get(path)
    taken = 1e3 * (time.perf_counter() - start)
    if answer.status_code != 200 or "Next payout" not in answer.text:
        raise SystemExit(f"{path} answered {answer.status_code}.")
    return taken
