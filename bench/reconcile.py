"""The nightly comparison of 60 days with Shopify's orders: 10,000 and 100,000 of them, against the devstore."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import requests

from app.db.migrate import migrate
from bench.database import Database
from bench.measure import Gate, table
from bench.servers import environment
from devstore.seed import LUMEN

SIZES = (10_000, 100_000)
ALLOWED_SECONDS = 60
PARTS = "bench.reconcile_parts"


def run(server: Database) -> tuple[dict[str, Any], list[Gate]]:
    """Install, drain, and a night in which a thousandth of the orders has got lost."""
    found = {size: _one(server, size) for size in SIZES}
    small, large = (found[size] for size in SIZES)
    rows = {f"{size:,} orders, {part}": figures for size in SIZES for part, figures in found[size].items()}
    print(table("Comparing with Shopify's orders", rows))
    growth = large["nightly"]["seconds"] / small["nightly"]["seconds"]
    more = large["nightly"]["memory_mb"] - small["nightly"]["memory_mb"]
    print(f"\n  from 1x to 10x: time {growth:.1f} times, memory {more:+.0f} MB")
    ours = large["nightly"]["seconds"] - large["nightly"]["of_it_shopify_writes"]
    gates = [
        Gate("nightly, 100,000 orders: 60 s by ours", ALLOWED_SECONDS / large["nightly"]["seconds"], 1, 2),
        Gate("nightly, 10x orders: ten times the time by ours", 10 / growth, 0.8, 1),
        Gate("nightly, 10x orders: memory before by after", 1 / _grown(small, large), 0.8, 0.95),
        Gate("nightly: download and json alone by ours", large["floor"]["seconds"] / ours, 0.2, 0.5),
    ]
    return {"reconcile": {str(size): figures for size, figures in found.items()}}, gates


def _grown(small: dict[str, Any], large: dict[str, Any]) -> float:
    grown: float = large["nightly"]["memory_mb"] / small["nightly"]["memory_mb"]
    return grown


def _one(server: Database, size: int) -> dict[str, Any]:
    name = f"reconcile_{size}"
    server.run(f"drop database if exists {name} with (force)", f"create database {name}")
    there = replace(server, url=server.url.set(database=name))
    migrate(there.url)
    with _shop() as origin:
        made = requests.post(
            f"{origin}/_control/shops/{LUMEN}/history", json={"orders": size, "days": 50}, timeout=60
        )
        made.raise_for_status()
        told = _part(there, origin, "check", origin)
        floor = _part(there, origin, "floor", f"{origin}/_bulk/{LUMEN}/{_last(origin)}.jsonl")
    server.run(f"drop database {name} with (force)")
    told["install"]["drain_seconds"] = told.pop("drain_seconds")
    return {**told, "floor": floor}


def _last(origin: str) -> int:
    state = requests.get(f"{origin}/_control/shops/{LUMEN}/bulk", timeout=9).json()
    newest: int = state[-1]["id"]
    return newest


def _part(there: Database, origin: str, *words: str) -> Any:
    env = environment(there) | {
        "SHOPIFY_ADMIN_ORIGIN": origin,
        "SHOPIFY_API_SECRET": "bench-secret-of-32-bytes-or-more-0",
        "TRIBUTE_URL": "http://127.0.0.1:8000",
    }
    done = subprocess.run(
        [sys.executable, "-m", PARTS, *words], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{words[0]} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


@contextmanager
def _shop() -> Iterator[str]:
    """The devstore in a process of its own, so that its memory and time are not ours."""
    process = subprocess.Popen(
        [sys.executable, "-m", PARTS, "shop"],
        env=os.environ.copy(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield (process.stdout.readline() if process.stdout else "").strip()
    finally:
        process.terminate()
        process.wait(20)
