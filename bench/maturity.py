"""The maturity job: as many commissions as a long outage leaves, moved on in one go; 1x against 10x."""

import time
from dataclasses import replace
from typing import Any

from app.config import Settings
from app.db.migrate import migrate
from app.flows.work import Loops
from app.kernel.clock import FixedClock
from app.kernel.garbage import seldom_collected
from app.wiring import build
from bench.database import HOME, Database
from bench.measure import Gate, table
from bench.orders import EPOCH
from bench.stage import KEY, populate

SECONDS = 30
"""What 100,000 commissions may take."""

SALES = """
    insert into inbox (shop_domain, topic, webhook_id, source, triggered_at, state, body, body_sha256)
    select 'shop-0.myshopify.com', 'orders/create', 'm-1', 'webhook', now(), 'done', '{{}}', '\\x00';
    insert into orders (shop_id, id, name, version, placed_at, placed_on, paid_at, currency, facts, event_id,
                        event_digest)
    select s.id, n, '#' || n, '\\x00', e.at + n * interval '1 second', e.at::date, e.at + n * interval '1 second', 'EUR',
           '{{}}', (select max(id) from inbox), '\\x00'
    from shops s, (select timestamptz '{epoch}' as at) e, generate_series(1, {many}) n;
    insert into credits (shop_id, order_id, creator_id, enrollment_id, program_id, offer_id, weight, placed_at,
                         placed_on, currency, gmv_minor, net_minor, gross_minor, commission_minor, earned_minor,
                         placed_commission_minor, paid_at, matures_at, matured, flagged, denied, flags, lines)
    select o.shop_id, o.id, n.creator_id, n.id, n.program_id, null, 1, o.placed_at, o.placed_on, 'EUR', 5000, 5000,
           5000, 600, 600, 600, o.paid_at, o.paid_at + interval '30 days', false, false, false, '[]', '[]'
    from orders o
    join (select *, row_number() over (order by id) - 1 as place, count(*) over () as of from enrollments) n
      on n.shop_id = o.shop_id and n.place = o.id % n.of;
    with entry as (
        insert into journal_entries (shop_id, kind, effective_at, idempotency_key)
        select shop_id, 'accrue', paid_at, 'order/' || order_id || '/' || creator_id || '/0' from credits
        returning shop_id, id, idempotency_key)
    insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor, order_id)
    select c.shop_id, j.id, 'commission_expense', 'pending', c.creator_id, 'EUR', 600, c.order_id
    from credits c join entry j on j.shop_id = c.shop_id
     and j.idempotency_key = 'order/' || c.order_id || '/' || c.creator_id || '/0'
"""
"""Orders that were paid and posted, as the hot path leaves them; made in SQL, for that path has a bench of its own."""


def run(database: Database, *, most: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    figures = {f"{many:,} commissions": _play(database, many) for many in (most // 10, most)}
    print(table("Maturity: one thread, all of it due at once", figures))
    small, large = figures.values()
    pace = SECONDS * (most / 100_000)
    gates = [
        Gate(f"{pace:g} s / seconds for {most:,} commissions", pace / large["seconds"], 1, 2),
        Gate("10 / growth of seconds from 1x to 10x", 10 * small["seconds"] / large["seconds"], 0.75, 0.95),
    ]
    return {"maturity": figures}, gates


def _play(database: Database, many: int) -> dict[str, float]:
    name = f"maturity_{many}"
    database.run(f"create database {name}")
    there = replace(database, url=database.url.set(database=name))
    migrate(there.url)
    populate(there.url, 1, codes=20)
    there.run(*SALES.format(epoch=EPOCH.isoformat(), many=many).split(";\n"), "analyze")
    settings = Settings(
        database_url=there.url.render_as_string(hide_password=False),
        data=HOME / "data",
        url="http://127.0.0.1:8000",
        secret_keys=(KEY,),
        shopify_api_key="bench",
        shopify_api_secret="bench",  # noqa: S106 - made up
    )
    wired = build(settings, FixedClock(EPOCH.replace(year=EPOCH.year + 1)))
    loops = Loops(wired.batch_session, wired.desk, wired.clock)
    app, server, start = time.process_time(), there.cpu_seconds(), time.perf_counter()
    with seldom_collected():  # As `tribute worker` does.
        while loops.mature():
            pass
    seconds = time.perf_counter() - start
    found = {"app_cpu_s": time.process_time() - app, "db_cpu_s": there.cpu_seconds() - server}
    wired.engine.dispose()
    _check(there, many)
    there.run("checkpoint")
    database.run(f"drop database {name} with (force)")
    return {"seconds": seconds, "per_second": many / seconds, **found}


def _check(there: Database, many: int) -> None:
    """Nothing may win by leaving something out."""
    done = there.ask(
        "select (select count(*) from credits where matured), "
        "(select count(*) from postings where credit = 'payable'), "
        "(select sum(credit_minor - debit_minor)::bigint from balances where account = 'payable')"
    )
    if done != (many, many, 600 * many):
        raise SystemExit(f"Matured credits, movements and what is payable are {done}, not {many} of each.")
