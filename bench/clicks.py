"""The short link and the storefront's click, each written down, against nginx's bare `return 302`; at full speed and at half of it.

Then what the process holds of memory, and the load into the database.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from app.flows.load_clicks import load_all
from app.shopify.app_proxy import sign
from bench.database import HOME, Database
from bench.load import SECRET
from bench.measure import Figures, Gate, Round, interleave, table
from bench.servers import Server, free_port, ours, running, wait_for
from bench.stage import wiring
from tests.world import World

OURS, PROXY, NGINX = "clicks' own process", "clicks' own process, app proxy", "nginx, return 302"
ALL, ALL_PROXY = "the usual process", "the usual process, app proxy"
OWN_THREADS = 1
"""Of a process that only takes clicks; the usual one has as many as `tribute serve` gives it."""
CONNECTIONS = 16
OWN_HALF, HALF = f"{OURS}, half", f"{ALL}, half"
HERE = Path(__file__).parent
HALF_MS = 20
"""What 99 of 100 clicks take at most at half of the speed that the server can reach."""
MEBIBYTES = 120
"""A process that takes clicks holds less."""
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
    make_link(database)
    answered: list[int] = []
    with ExitStack() as stack:
        usual, floor = stack.enter_context(ours(database)), stack.enter_context(_nginx())
        server = stack.enter_context(ours(database, threads=OWN_THREADS))
        contenders: dict[str, Round] = {
            OURS: _load(server, seconds, answered, _by_link),
            PROXY: _load(server, seconds, answered, _by_name),
            ALL: _load(usual, seconds, answered, _by_link),
            ALL_PROXY: _load(usual, seconds, answered, _by_name),
            NGINX: _load(floor, seconds, [], _by_link),
        }
        figures = interleave(contenders, rounds)
        half = _half({OWN_HALF: server, HALF: usual}, floor, rounds, answered)
        held = max(_held(each) for each in (server, usual))
    loaded = {"loading into the database": _loaded(database, spool)}
    print(
        table(
            f"Clicks: {CONNECTIONS} connections, one process each, {rounds} rounds of {seconds:g} s", figures
        )
    )
    print(table("The same links at half of that speed, sent whether or not answers come", half))
    print(table("What was written down, on its way into the database", loaded))
    print(f"  memory of the process that took them: {held / 2**20:.0f} MiB")
    _compare(database, answered)
    return {"clicks": figures | half | loaded, "clicks_rss_mib": held / 2**20}, _gates(figures, half, held)


def _held(server: Server) -> int:
    return max(int(p.memory_info().rss) for p in [server.process, *server.process.children(recursive=True)])


def _gates(figures: dict[str, dict[str, float]], half: dict[str, dict[str, float]], held: int) -> list[Gate]:
    pace = {name: figure["per_second"] for name, figure in figures.items()}
    return [
        Gate("click, own process / bare nginx 302", pace[OURS] / pace[NGINX], 0.15, 0.3),
        Gate("click by app proxy, own process / the same", pace[PROXY] / pace[NGINX], 0.15, 0.3),
        Gate("click, usual process / the same", pace[ALL] / pace[NGINX], 0.05, 0.15),
        Gate("click by app proxy, usual process / the same", pace[ALL_PROXY] / pace[NGINX], 0.03, 0.15),
        Gate(f"{HALF_MS} ms / p99 at half load, own process", HALF_MS / half[OWN_HALF]["p99_ms"], 1, 2),
        Gate(f"{HALF_MS} ms / p99 at half load, usual process", HALF_MS / half[HALF]["p99_ms"], 1, 2),
        Gate(f"{MEBIBYTES} MiB / memory of the process", MEBIBYTES * 2**20 / held, 1, 1.2),
    ]


def _half(
    servers: dict[str, Server], floor: Server, rounds: int, answered: list[int]
) -> dict[str, dict[str, float]]:
    """Each at half of its speed, and nginx at the last one's rate: what that needs is the machine's and the client's share.

    Half of what? Of what the machine lets us reach in the second before: neighbours take more of it in one minute than in
    the next, and half of another minute's speed may be all of this one's.
    """
    rate = 1.0

    def at_half(server: Server) -> Figures:
        nonlocal rate
        rate = _load(server, 1, answered, _by_link)()["per_second"] / 2
        return _steady(server, rate, answered)

    contenders: dict[str, Round] = {name: partial(at_half, server) for name, server in servers.items()}
    return interleave(contenders | {"nginx, same rate": lambda: _steady(floor, rate, [])}, rounds)


def _steady(server: Server, rate: float, answered: list[int]) -> Figures:
    command = [sys.executable, "-m", "bench.steady", "--port", str(server.port), "--rate", str(rate)]
    said = subprocess.run([*command, "--seconds", "2"], capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(said)
    if found.pop("errors"):
        raise SystemExit(f"Port {server.port} did not answer every request with a redirect.")
    answered.append(int(found.pop("requests")))
    return found


def _compare(database: Database, answered: list[int]) -> None:
    """wrk leaves off without counting what is under way: so many more may be stored, and none fewer."""
    stored = int(str(database.ask("select count(*) from clicks")[0]))
    print(
        f"  answered: {sum(answered):,}; stored: {stored:,} (wrk leaves off without counting what is under way)"
    )
    if not sum(answered) <= stored <= sum(answered) + CONNECTIONS * len(answered):
        raise SystemExit("Clicks were lost or doubled.")


def make_link(database: Database) -> None:
    """A shop whose creator has the link that everybody here follows."""
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


def _by_link() -> Sequence[str]:
    return ["wrk_click.lua"]


def _by_name() -> Sequence[str]:
    """As the theme embed asks, through Shopify: the signature holds for 90 seconds, so each round has its own."""
    given = [
        ("shop", "lumen.myshopify.com"),
        ("path_prefix", "/apps/tribute"),
        ("timestamp", str(int(time.time()))),
    ]
    return ["wrk_proxy.lua", urlencode([*given, ("signature", sign(given, SECRET).decode())])]


def _load(server: Server, seconds: float, answered: list[int], asking: Callable[[], Sequence[str]]) -> Round:
    def play() -> Figures:
        script, *more = asking()
        before = server.cpu_seconds()
        address = f"http://127.0.0.1:{server.port}/"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", str(HERE / script), address]
        run = subprocess.run([*command, "--", *more], capture_output=True, text=True, check=True)
        found = json.loads(run.stdout.splitlines()[-1])
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
