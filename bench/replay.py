"""Replay: a shop rebuilt from its inbox, and its dump; ten times the events beside a tenth of them, and a floor.

The floor reads the same events and copies the finished rows into the same tables, by order, nothing thought about.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.database import HOME, Database
from bench.lives import Lives, lives
from bench.measure import Gate, table

FEW, MANY, FLOOR = "a tenth", "all", "inbox + COPY, a tenth"


def run(database: Database, *, events: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    rows = HOME / "replay-rows"
    small = lives(database, "replay_few", events=events // 10)
    figures = {FEW: _contend(small, "replay", events // 10, str(rows))}
    figures[FLOOR] = _contend(small, "floor", events // 10, str(rows))
    database.run("drop database replay_few with (force)")
    large = lives(database, "replay_all", events=events)
    figures[MANY] = _contend(large, "replay", events)
    database.run("drop database replay_all with (force)")
    print(table(f"Replay: {events:,} events, one core, and a tenth of them", figures))
    few, many = figures[FEW], figures[MANY]
    return {"replay": figures}, [
        Gate("events replayed in a second / 8,000", many["per_second"] / 8000, 1, 1.5),
        Gate("300 MB / memory of the replay", 300 / many["memory_mb"], 1, 2),
        Gate("memory for a tenth / for all", few["memory_mb"] / many["memory_mb"], 0.8, 0.95),
        Gate("pace for all / for a tenth", many["per_second"] / few["per_second"], 0.8, 0.95),
        Gate("replay / inbox + COPY", few["per_second"] / figures[FLOOR]["per_second"], 0.1, 0.25),
    ]


def _contend(setting: Lives, kind: str, events: int, *more: str) -> dict[str, float]:
    there = setting.database
    url = there.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.replay_contend", kind, url, setting.domain, *more]
    before = there.cpu_seconds()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    spent = there.cpu_seconds() - before
    found: dict[str, float] = json.loads(done.stdout)
    if found.pop("events") != events:
        raise SystemExit(f"A contender of {events} events did not take them all: {found}.")
    return {
        "per_second": events / found["seconds"],
        "app_cpu_us": 1e6 * found["cpu_seconds"] / events,
        "db_cpu_us": 1e6 * spent / events,
        "dump_seconds": found["dump_seconds"],
        "memory_mb": found["memory_mb"],
    }
