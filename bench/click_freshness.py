"""How soon a click that was answered stands in the table: one process that serves, one worker, an even pace."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg

from bench.clicks import make_link
from bench.database import HOME, Database
from bench.measure import Gate, table
from bench.servers import ours
from bench.stage import stage
from bench.steady import Load

PER_SECOND = 300
AIM_MS = 200
TICK_SECONDS = 0.005
WORKER = """
import signal, sys, threading
from pathlib import Path
from sqlalchemy.engine import make_url
from app.flows.work import Loops
from bench.stage import wiring
wired = wiring(make_url(sys.argv[1]))
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = Loops(wired.batch_session, wired.desk, wired.clock, spool=Path(sys.argv[2])).start(stop)
print("ready", flush=True)
stop.wait()
[thread.join() for thread in threads]
"""


def run(database: Database, *, seconds: float) -> tuple[dict[str, Any], list[Gate]]:
    """Print the percentiles and return them with their gate."""
    spool = HOME / "data" / "spool"
    shutil.rmtree(spool, ignore_errors=True)
    setting = stage(database, "stage_clicks", shops=0, events=0)
    with setting.copy("fresh_clicks") as there:
        make_link(there)
        url = there.url.render_as_string(hide_password=False)
        command = [sys.executable, "-c", WORKER, url, str(spool)]
        with (
            ours(there) as server,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
            ) as worker,
        ):
            try:
                assert worker.stdout is not None
                worker.stdout.readline()
                waits = _watch(there, Load(server.port, PER_SECOND, seconds))
            finally:
                os.kill(worker.pid, signal.SIGTERM)
    figures = {f"p{p}_ms": 1e3 * waits[len(waits) * p // 100] for p in (50, 95, 99)}
    title = f"Answered to stored: {PER_SECOND} clicks/s for {seconds:g} s, one process serves and one works"
    print(table(title, {"Tribute": figures}))
    gate = Gate(f"{AIM_MS} ms / p95 of answered to stored, clicks", AIM_MS / figures["p95_ms"], 1, 1.2)
    return {"click_freshness": figures}, [gate]


def _watch(there: Database, load: Load) -> list[float]:
    """Waits of all clicks, sorted. One spool is read in its order, so the nth stored is the nth answered."""
    seen: list[float] = []
    sender = Thread(target=load.run)
    with psycopg.connect(there.address, autocommit=True) as connection:
        sender.start()
        give_up_at = time.monotonic() + 60 + load.most / PER_SECOND
        while len(seen) < load.most and time.monotonic() < give_up_at:
            row = connection.execute(
                "select coalesce(sum(clicks + duplicates + bots), 0)::bigint from link_days"
            ).fetchone()
            seen += [time.perf_counter()] * ((row[0] if row else 0) - len(seen))
            time.sleep(TICK_SECONDS)
        sender.join()
    if len(seen) != load.most:
        raise SystemExit(f"{len(seen)} of {load.most} clicks came to be stored in time.")
    return sorted(at - since for at, since in zip(seen, load.answered_at, strict=True))
