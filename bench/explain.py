"""How long the whole explanation of an order takes, with a code and six clicks on it; 1x against 10x of the shop."""

import time
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import text

from app.flows.explain import explain
from app.flows.take_clicks import take_clicks
from app.flows.work import Loops
from app.kernel.ids import ShopId
from app.tracking.add_link import add_link
from app.tracking.click import VISITOR_ATTRIBUTE, Click, Consent, Verdict
from app.wiring import Wiring
from bench.database import Database
from bench.measure import Gate, table
from bench.orders import EPOCH
from bench.stage import stage, wiring

MILLISECONDS = 30
"""What one explanation may take at a server."""
SAMPLE = 50
"""Orders that are explained."""
ROUNDS = 6
"""How often each of them, after a first time that is thrown away; and as often again for the processor time."""
CLICKS = 6


def run(database: Database, *, orders: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    figures = {f"{many:,} orders": _play(database, many) for many in (orders // 10, orders)}
    print(table("Explaining one order: a code, six clicks, six models", figures))
    small, large = figures.values()
    print(
        f"  from 1x to 10x of the shop: p50 x{large['p50_ms'] / small['p50_ms']:.2f}, p95 x{large['p95_ms'] / small['p95_ms']:.2f}"
    )
    gates = [
        Gate("30 ms / p95 of an explanation", MILLISECONDS / large["p95_ms"], 1, 2),
        Gate("1 / growth of an explanation from 1x to 10x", small["p50_ms"] / large["p50_ms"], 0.77, 0.85),
    ]
    return {"explain": figures}, gates


def _play(database: Database, many: int) -> dict[str, float]:
    setting = stage(database, f"stage_explain_{many}", shops=1, events=many)
    with setting.copy("explain") as there:
        wired = wiring(there.url)
        loops = Loops(wired.batch_session, wired.desk, wired.clock)
        loops.finish()
        shop_id, numbers = _visited(wired)
        loops.finish()
        there.run("analyze")
        taken = [_milliseconds(wired, shop_id, number) for _ in range(1 + ROUNDS) for number in numbers][
            SAMPLE:
        ]
        own, server = time.process_time(), there.cpu_seconds()
        for number in numbers * ROUNDS:
            _milliseconds(wired, shop_id, number)
        share = 1e3 / (ROUNDS * len(numbers))
        figures = {
            "p50_ms": median(taken),
            "p95_ms": quantiles(taken, n=20)[-1],
            "cpu_ms": share * (time.process_time() - own),
            "database_cpu_ms": share * (there.cpu_seconds() - server),
        }
        wired.engine.dispose()
    return figures


def _visited(wired: Wiring) -> tuple[ShopId, list[int]]:
    """Give some orders a browser, and the browser six clicks on the links of six creators."""
    with wired.platform_session() as known:
        shop = known.execute(text("select id from shops")).scalar_one()
    shop_id = ShopId(shop)
    with wired.shop_session(shop_id) as session, session.begin():
        people = session.execute(text("select id from enrollments order by id limit 6")).scalars().all()
        for n, enrollment in enumerate(people):
            add_link(session, enrollment, f"bench-{n}", to_path="/", channel="blog", program="main",
                     actor="bench", now=EPOCH)  # fmt: skip
        links = session.execute(text("select id from links order by id")).scalars().all()
        found = session.execute(
            text("select id, placed_at from orders order by id desc limit :n"), {"n": SAMPLE}
        )
        chosen = [(row.id, row.placed_at) for row in found]
        session.execute(
            text("update orders set origin = jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array("
                 "cast(:name as text), 'v' || id))) where id = any(:ids)"),
            {"name": VISITOR_ATTRIBUTE, "ids": [number for number, _ in chosen]},
        )  # fmt: skip
        take_clicks(session, [
            (shop_id, Click(id=number * 10 + n, link_id=link, at=placed - timedelta(days=1 + 3 * n), visitor=f"v{number}",
                            verdict=Verdict.BILLABLE, consent=Consent.GRANTED))
            for number, placed in chosen for n, link in enumerate(links)
        ])  # fmt: skip
    return shop_id, [number for number, _ in chosen]


def _milliseconds(wired: Wiring, shop_id: ShopId, number: int) -> float:
    """As a page does: in a transaction that is committed, from the connection to the whole record."""
    start = time.perf_counter()
    with wired.shop_session(shop_id) as session, session.begin():
        told = explain(session, str(number), EPOCH + timedelta(days=300))
    taken = 1e3 * (time.perf_counter() - start)
    if len(told["candidates"]) != 1 + CLICKS:
        raise SystemExit(f"Order {number} has {len(told['candidates'])} candidates, not {1 + CLICKS}.")
    return taken
