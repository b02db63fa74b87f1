"""Inbox to ledger: claim, read, attribute, price, post, roll up; against COPY of the same rows and the ORM."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import floor, orm
from bench.database import HOME, Database
from bench.measure import Figures, Gate, Round, interleave, table
from bench.stage import Stage, stage

OURS, MANY, FLOOR, ORM = "Tribute", "Tribute, 500 shops", "claim + COPY", "row by row, ORM"
FEW = 200
"""Events for the ORM: enough to see its pace, few enough to wait for."""


def run(database: Database, *, rounds: int, events: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    one = stage(database, "stage_one", shops=1, events=events)
    many = stage(database, "stage_many", shops=500, events=events)
    rows = HOME / "rows"
    with one.copy() as there:
        _contend("ours", there)
        floor.save_rows(there.address, rows)
    contenders: dict[str, Round] = {
        OURS: _round(one, "ours", events),
        FLOOR: _round(one, "floor", events, str(rows)),
        MANY: _round(many, "ours", events),
        ORM: _round(one, "orm", FEW, str(FEW)),
    }
    figures = interleave(contenders, rounds)
    print(table(f"Inbox to ledger: {events:,} orders, one process, {rounds} rounds", figures))
    return {"ledger": figures}, _gates({name: f["per_second"] for name, f in figures.items()}, figures)


def _gates(pace: dict[str, float], figures: dict[str, dict[str, float]]) -> list[Gate]:
    return [
        Gate("inbox to ledger / claim + COPY", pace[OURS] / pace[FLOOR], 0.5, 0.75),
        Gate("inbox to ledger / row-by-row ORM", pace[OURS] / pace[ORM], 30, 50),
        Gate("the same from 500 shops / from one", pace[MANY] / pace[OURS], 0.5, 0.8),
        Gate("200 MB / memory of the worker", 200 / figures[OURS]["memory_mb"], 1, 1.5),
    ]


def _round(setting: Stage, kind: str, orders: int, *more: str) -> Round:
    def play() -> Figures:
        with setting.copy() as there:
            if kind == "orm":
                there.run(*orm.NO_TRIGGERS)
            before = there.cpu_seconds()
            found = _contend(kind, there, *more)
            spent = there.cpu_seconds() - before
            _check(there, orders)
        return {
            "per_second": orders / found["seconds"],
            "app_cpu_us": 1e6 * found["cpu_seconds"] / orders,
            "db_cpu_us": 1e6 * spent / orders,
            "memory_mb": found["memory_mb"],
        }

    return play


def _contend(kind: str, there: Database, *more: str) -> dict[str, float]:
    url = there.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.contend", kind, url, *more]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _check(there: Database, orders: int) -> None:
    """A contender that did not do the work must not win."""
    done = there.ask(
        "select (select count(*) from inbox where state = 'done'), (select count(*) from orders), "
        "(select count(distinct order_id) from postings), (select sum(orders)::bigint from rollup_shop_day)"
    )
    if done != (orders,) * 4:
        raise SystemExit(
            f"Events done, orders, orders posted and orders in the rollup are {done}, not {orders}."
        )
