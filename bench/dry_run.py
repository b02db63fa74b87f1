"""The editor's dry run: the last 90 days priced again by other terms, for 10,000 and 100,000 orders of one shop.

The floor reads and decodes the same rows and prices nothing: what any way of asking must do.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import ConditionSpec, Discount, OfferTerms, RuleSpec
from app.db.session import ShopSession
from app.flows.dry_run import dry_run
from app.flows.work import Loops
from app.kernel.ids import ShopId
from app.reports.credited import Wanted, credited
from bench.database import Database
from bench.measure import Figures, Gate, Round, interleave, table
from bench.stage import stage, wiring

SIZES = (10_000, 100_000)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST_SECONDS = 5
PLAIN = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.15"}),))
RICH = OfferTerms(
    30,
    Discount.of_percent(Decimal(10)),
    (
        RuleSpec("percent", {"rate": "0.2"}, (ConditionSpec("customer", {"is": "new"}),)),
        RuleSpec(
            "tier",
            {
                "over": "month",
                "by": "orders",
                "currency": "EUR",
                "steps": [{"from": "0", "rate": "0.1"}, {"from": "50", "rate": "0.12"}],
            },
        ),
        RuleSpec("cap", {"per": "month", "amount": "5000.00", "currency": "EUR"}),
    ),
)


def run(database: Database, *, rounds: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table with the growth, and return the figures with their gates."""
    found = {
        f"{size:,} orders, {name}": f
        for size in SIZES
        for name, f in _of_size(database, size, rounds).items()
    }
    print(table(f"Dry run over 90 days, one process, {rounds} rounds", found))
    small, large = SIZES
    for name in ("percent", "tier, cap, new customers"):
        grown = found[f"{large:,} orders, {name}"]["seconds"] / found[f"{small:,} orders, {name}"]["seconds"]
        print(f"  {name}: {grown:.1f} times as long for {large // small} times as many orders")
    return {"dry_run": found}, [
        Gate(f"{MOST_SECONDS} s / dry run of {large:,} orders, {name}", MOST_SECONDS / found[f"{large:,} orders, {name}"]["seconds"], 1, 2)
        for name in ("percent", "tier, cap, new customers")
    ]  # fmt: skip


def _of_size(database: Database, size: int, rounds: int) -> dict[str, dict[str, float]]:
    setting = stage(database, f"stage_dry_{size}", shops=1, events=size)
    with setting.copy(f"dry_{size}") as there:
        wired = wiring(there.url)
        Loops(wired.batch_session, wired.desk, wired.clock).drain_all()
        there.run("analyze")
        with wired.platform_session() as session:
            shop = ShopId(session.execute(text("select id from shops")).scalar_one())
        contenders: dict[str, Round] = {
            "percent": _timed(lambda: _try(wired.shop_session(shop), PLAIN, size)),
            "tier, cap, new customers": _timed(lambda: _try(wired.shop_session(shop), RICH, size)),
            "floor: read and decode": _timed(lambda: _read(wired.shop_session(shop), size)),
        }
        figures = interleave(contenders, rounds)
        wired.engine.dispose()
    return figures


def _timed(play: Callable[[], None]) -> Round:
    def one() -> Figures:
        start, cpu = time.perf_counter(), time.process_time()
        play()
        return {"seconds": time.perf_counter() - start, "app_cpu_s": time.process_time() - cpu}

    return one


def _try(session: ShopSession, terms: OfferTerms, size: int) -> None:
    with session, session.begin():
        program = campaigns.program(session, "main")
        trial = dry_run(session, program, terms, timezone="Europe/Amsterdam", now=NOW)
    if trial.differences.totals["EUR"].orders != size:
        raise SystemExit(f"The dry run saw {trial.differences.totals['EUR'].orders} of {size} orders.")


def _read(session: ShopSession, size: int) -> None:
    with session, session.begin():
        seen = sum(
            1 for _ in credited(session, None, NOW - timedelta(days=90), NOW, wanted=Wanted(whole=False))
        )
    if seen != size:
        raise SystemExit(f"The floor saw {seen} of {size} orders.")
