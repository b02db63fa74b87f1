"""The editor's dry run: the last 90 days priced again by other terms, for 10,000 and 100,000 orders of one shop.

The floor reads and decodes the same rows and prices nothing: what any way of asking must do.
"""

import time
from collections.abc import Callable, Sequence
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


RECRUITER = RuleSpec("second_level", {"rate": "0.1", "of": "commission"})
TWO = OfferTerms(30, Discount(), (*RICH.rules, RECRUITER))
CONTENDERS = ("percent", "tier, cap, new customers", "two programs, with recruiters")

# A second program with the same terms gets every other creator, and all of them a recruiter.
_SPLIT = (
    (
        "insert into programs (shop_id, handle, name, window_days, hold_days, created_at, crediting) "
        "select shop_id, 'second', 'Second', window_days, hold_days, created_at, crediting from programs"
    ),
    (
        "insert into offers (shop_id, program_id, version, effective_from, content, content_digest, published_at, published_by) "
        "select o.shop_id, p.id, o.version, o.effective_from, o.content, o.content_digest, o.published_at, o.published_by "
        "from offers o join programs p on p.handle = 'second'"
    ),
    "update enrollments set program_id = (select id from programs where handle = 'second') where id % 2 = 0",
    "update enrollments set recruiter_id = case when id > 2 then id - 2 end",
    "update credits c set program_id = e.program_id from enrollments e where e.id = c.enrollment_id",
    "vacuum analyze credits",
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
    for name in CONTENDERS:
        grown = found[f"{large:,} orders, {name}"]["seconds"] / found[f"{small:,} orders, {name}"]["seconds"]
        print(f"  {name}: {grown:.1f} times as long for {large // small} times as many orders")
    return {"dry_run": found}, [
        Gate(f"{MOST_SECONDS} s / dry run of {large:,}, {name}", MOST_SECONDS / found[f"{large:,} orders, {name}"]["seconds"], 1, 2)
        for name in CONTENDERS
    ]  # fmt: skip


def _of_size(database: Database, size: int, rounds: int) -> dict[str, dict[str, float]]:
    setting = stage(database, f"stage_dry_{size}", shops=1, events=size)
    with setting.copy(f"dry_{size}") as there:
        wired = wiring(there.url)
        Loops(wired.batch_session, wired.desk, wired.clock).drain_all()
        there.run("vacuum analyze")
        with wired.platform_session() as session:
            shop = ShopId(session.execute(text("select id from shops")).scalar_one())
        alone = ("main",)
        plain, rich, two = CONTENDERS
        one_program: dict[str, Round] = {
            plain: _timed(there, lambda: _try(wired.shop_session(shop), alone, PLAIN, size)),
            rich: _timed(there, lambda: _try(wired.shop_session(shop), alone, RICH, size)),
            "floor: read and decode": _timed(there, lambda: _read(wired.shop_session(shop), size)),
        }
        figures = interleave(one_program, rounds)
        there.run(*_SPLIT)
        both = ("main", "second")
        figures |= interleave(
            {two: _timed(there, lambda: _try(wired.shop_session(shop), both, TWO, size))}, rounds
        )
        wired.engine.dispose()
    return figures


def _timed(there: Database, play: Callable[[], None]) -> Round:
    """Wall time, and the processor time of this process and of the database: what a busy machine cannot blur."""

    def one() -> Figures:
        start, cpu, served = time.perf_counter(), time.process_time(), there.cpu_seconds()
        play()
        return {
            "seconds": time.perf_counter() - start,
            "app_cpu_s": time.process_time() - cpu,
            "db_cpu_s": there.cpu_seconds() - served,
        }

    return one


def _try(session: ShopSession, programs: Sequence[str], terms: OfferTerms, size: int) -> None:
    """Each program in turn; together they have all the orders."""
    seen = 0
    with session, session.begin():
        for handle in programs:
            program = campaigns.program(session, handle)
            trial = dry_run(session, program, terms, timezone="Europe/Amsterdam", now=NOW)
            seen += trial.differences.totals["EUR"].orders
    if seen != size:
        raise SystemExit(f"The dry run saw {seen} of {size} orders.")


def _read(session: ShopSession, size: int) -> None:
    with session, session.begin():
        wanted = Wanted(whole=False)
        seen = sum(1 for _ in credited(session, None, NOW - timedelta(days=90), NOW, wanted=wanted))
    if seen != size:
        raise SystemExit(f"The floor saw {seen} of {size} orders.")
