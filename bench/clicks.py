"""The short link: find it, write the visit down, 302; against nginx's bare `return 302`. Then the load into the database."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from app.flows.load_clicks import load_all
from bench.database import HOME, Database
from bench.measure import Figures, Gate, Round, interleave, table
from bench.servers import Server, free_port, ours, running, wait_for
from bench.stage import wiring
from tests.world import World

OURS, NGINX = "Tribute, recorded", "nginx, return 302"
CONNECTIONS = 16
SCRIPT = Path(__file__).parent / "wrk_click.lua"
NEEDED = {"nginx": "nginx", "wrk": "wrk"}
"""Programs, and the Debian packages that have them."""

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder}; keepalive_requests 1000000000;
  server {{ listen 127.0.0.1:{port}; return 302 https://lumen.myshopify.com/products/serum?ref=code0; }}
}}
"""


def run(database: Database, *, rounds: int, seconds: float) -> tuple[dict[str, Any], list[Gate]]:
    """Print the tables and return the figures with their gates."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if missing:
        print(
            f"Clicks: left out, because {' and '.join(missing)} cannot be found. Debian has packages of these names."
        )
        return {}, []
    spool = HOME / "data" / "spool"
    shutil.rmtree(spool, ignore_errors=True)
    _link(database)
    answered: list[int] = []
    with ExitStack() as stack:
        contenders: dict[str, Round] = {
            OURS: _load(stack.enter_context(ours(database)), seconds, answered),
            NGINX: _load(stack.enter_context(_nginx()), seconds, []),
        }
        figures = interleave(contenders, rounds)
    figures["loading into the database"] = _loaded(database, spool)
    print(
        table(
            f"Clicks: {CONNECTIONS} connections, one process each, {rounds} rounds of {seconds:g} s", figures
        )
    )
    stored = int(str(database.ask("select count(*) from clicks")[0]))
    print(
        f"  answered with 302: {sum(answered):,}; stored: {stored:,} (wrk leaves off without counting what is under way)"
    )
    if not sum(answered) <= stored <= sum(answered) + CONNECTIONS * len(answered):
        raise SystemExit("Clicks were lost or doubled.")
    pace = {name: figures[name]["per_second"] for name in (OURS, NGINX)}
    return {"clicks": figures}, [Gate("click / bare nginx 302", pace[OURS] / pace[NGINX], 0.15, 0.3)]


def _link(database: Database) -> None:
    wired = wiring(database.url)
    World(wired, domain="lumen.myshopify.com").creator("code0", "CODE0")
    database.run(
        "with made as (insert into links (shop_id, enrollment_id, slug, to_path, channel, created_at) "
        "select shop_id, enrollment_id, 'code0', '/products/serum', 'instagram', now() from codes where folded = 'CODE0' "
        "returning shop_id, id) insert into link_slugs (slug, shop_id, link_id) select 'code0', shop_id, id from made"
    )
    wired.engine.dispose()


@contextmanager
def _nginx() -> Iterator[Server]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "nginx.conf"
        given.write_text(CONFIGURATION.format(folder=folder, port=port))
        command = [str(shutil.which("nginx")), "-e", "stderr", "-p", folder, "-c", str(given)]
        with running(command, {}) as process:
            wait_for(port, process)
            yield Server(port, psutil.Process(process.pid))


def _load(server: Server, seconds: float, answered: list[int]) -> Round:
    def play() -> Figures:
        before = server.cpu_seconds()
        address = f"http://127.0.0.1:{server.port}/"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", str(SCRIPT), address]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        found = json.loads(said)
        if found["errors"]:
            raise SystemExit(f"Port {server.port} did not answer every request with a redirect.")
        spent = server.cpu_seconds() - before
        answered.append(found["requests"])
        return {
            "per_second": found["requests"] / found["seconds"],
            "p50_ms": found["p50_ms"],
            "p99_ms": found["p99_ms"],
            "cpu_us": 1e6 * spent / found["requests"],
        }

    return play


def _loaded(database: Database, spool: Path) -> dict[str, float]:
    """All that waits, loaded by one worker: look at the browser, judge, store, count to the day, look for orders."""
    wired = wiring(database.url)
    start, cpu, server = time.perf_counter(), time.process_time(), database.cpu_seconds()
    visits = 0
    while found := load_all(wired.batch_session, spool):
        visits += found
    ended, spent = time.perf_counter() - start, time.process_time() - cpu
    behind = database.cpu_seconds() - server
    wired.engine.dispose()
    return {"per_second": visits / ended, "cpu_us": 1e6 * spent / visits, "db_cpu_us": 1e6 * behind / visits}
