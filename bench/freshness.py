"""How soon an order that was accepted can be seen in the rollup, at 500 orders a second, with one worker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg

from app.inbox.store import receive_batch
from bench.database import Database
from bench.measure import Gate, table
from bench.stage import delivery, stage

PER_SECOND = 500
TICK_SECONDS = 0.02
WORKER = """
import sys, threading, signal
from sqlalchemy.engine import make_url
from app.flows.work import Loops
from bench.stage import wiring
wired = wiring(make_url(sys.argv[1]))
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = Loops(wired.batch_session, wired.desk, wired.clock).start(stop)
print("ready", flush=True)
stop.wait()
[thread.join() for thread in threads]
"""


def run(database: Database, *, seconds: float) -> tuple[dict[str, Any], list[Gate]]:
    """Print the percentiles and return them with their gate. Lateness of the sender counts against us."""
    setting = stage(database, "stage_fresh", shops=5, events=0)
    with setting.copy("fresh") as there:
        url = there.url.render_as_string(hide_password=False)
        root = Path(__file__).parents[1]
        command = [sys.executable, "-c", WORKER, url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as worker:
            try:
                assert worker.stdout is not None
                worker.stdout.readline()
                waits = _watch(there, round(PER_SECOND * seconds))
            finally:
                os.kill(worker.pid, signal.SIGTERM)
    figures = {f"p{p}_ms": 1e3 * waits[len(waits) * p // 100] for p in (50, 95, 99)}
    print(
        table(
            f"Accepted to visible: {PER_SECOND} orders/s for {seconds:g} s, one worker", {"Tribute": figures}
        )
    )
    return {"freshness": figures}, [Gate("1 s / p95 of accepted to visible", 1e3 / figures["p95_ms"], 1, 2)]


def _watch(there: Database, orders: int) -> list[float]:
    """Waits of all orders, sorted. The inbox is worked off in order, so the nth seen is the nth accepted."""
    accepted: list[float] = []
    sender = Thread(target=_send, args=(there, orders, accepted))
    seen: list[float] = []
    with psycopg.connect(there.address, autocommit=True) as connection:
        sender.start()
        give_up_at = time.monotonic() + 60 + orders / PER_SECOND
        while len(seen) < orders and time.monotonic() < give_up_at:
            row = connection.execute(
                "select coalesce(sum(orders), 0)::bigint from rollup_creator_day"
            ).fetchone()
            seen += [time.monotonic()] * ((row[0] if row else 0) - len(seen))
            time.sleep(TICK_SECONDS)
        sender.join()
    if len(seen) < orders:
        raise SystemExit(f"Only {len(seen)} of {orders} orders came to be seen in time.")
    return sorted(at - since for at, since in zip(seen, accepted, strict=True))


def _send(there: Database, orders: int, accepted: list[float]) -> None:
    """Ten at a time, as a group commit would, at an even pace."""
    shops = [(f"shop-{n}.myshopify.com", ["CODE0"]) for n in range(5)]
    groups = [
        [delivery(n, *shops[n % 5]) for n in range(start, start + 10)] for start in range(0, orders, 10)
    ]
    with psycopg.connect(there.address, autocommit=True) as connection:
        start = time.monotonic()
        for number, group in enumerate(groups):
            time.sleep(max(0.0, start + number * 10 / PER_SECOND - time.monotonic()))
            receive_batch(connection, group)
            accepted += [time.monotonic()] * len(group)
