"""Webhook intake: verify, dedupe, durable insert, 200; against pgbench and the official Node library."""

import hashlib
import itertools
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.database import Database, pgbench
from bench.measure import Figures, Gate, Round, interleave, table
from bench.orders import order_body
from bench.servers import Server, install_peer, ours, peer

OURS, PEER, FLOOR = "Tribute", "official Node library", "pgbench, same row"
CONNECTIONS = 16
numbers = itertools.count(1)

SCRIPT = """
\\set id random(1, 1000000000000000)
insert into inbox (shop_domain, topic, webhook_id, event_id, source, api_version, triggered_at, body, body_sha256)
values ('lumen.myshopify.com', 'orders/create', 'p-' || :id, 'q-' || :id, 'webhook', '2026-10',
        '2026-11-22T12:00:00Z', convert_to(:body, 'UTF8'), decode(:digest, 'hex')) on conflict do nothing;
"""


def run(database: Database, *, rounds: int, seconds: float) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    folder, why_not = install_peer()
    binary = pgbench()
    with ExitStack() as stack:
        contenders: dict[str, Round] = {OURS: _load(database, stack.enter_context(ours(database)), seconds)}
        if folder is not None:
            contenders[PEER] = _load(database, stack.enter_context(peer(database, folder)), seconds)
        if binary is not None:
            contenders[FLOOR] = _floor(database, binary, seconds)
        figures = interleave(contenders, rounds)
    print(
        table(
            f"Intake: {CONNECTIONS} connections, one process each, {rounds} rounds of {seconds:g} s", figures
        )
    )
    for sentence in (why_not, "" if binary else "There is no pgbench here, so the floor is left out."):
        if sentence:
            print(f"  {sentence}")
    return {"intake": figures}, _gates(figures)


def _gates(figures: dict[str, dict[str, float]]) -> list[Gate]:
    gates = []
    mine = figures[OURS]
    if PEER in figures:
        other = figures[PEER]
        gates += [
            Gate("intake / official Node library, requests", mine["per_second"] / other["per_second"], 3, 4),
            Gate("official Node library / intake, p99", other["p99_ms"] / mine["p99_ms"], 1, 2),
        ]
    if FLOOR in figures:
        gates.append(Gate("intake / pgbench", mine["per_second"] / figures[FLOOR]["per_second"], 0.4, 0.6))
    return gates


def _load(database: Database, server: Server, seconds: float) -> Round:
    def play() -> Figures:
        before = server.cpu_seconds(), database.cpu_seconds()
        options = {"port": server.port, "seconds": seconds, "connections": CONNECTIONS}
        arguments = [f"--{key}={value}" for key, value in options.items()]
        first = f"--first={next(numbers) * 10_000_000}"
        command = [sys.executable, "-m", "bench.load", *arguments, first]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        if found.pop("errors"):
            raise SystemExit(f"Port {server.port} did not answer 200 to every request.")
        after = server.cpu_seconds(), database.cpu_seconds()
        requests = found.pop("requests")
        found["app_cpu_us"] = 1e6 * (after[0] - before[0]) / requests
        found["db_cpu_us"] = 1e6 * (after[1] - before[1]) / requests
        return dict(found)

    return play


def _floor(database: Database, binary: str, seconds: float) -> Round:
    body = order_body(1)
    script = Path(tempfile.mkdtemp()) / "insert.sql"
    script.write_text(SCRIPT)
    # 16 clients prepare the statement once each; the body travels as a parameter, as ours does.
    command = [
        binary,
        "-n",
        "-M",
        "prepared",
        "-c",
        str(CONNECTIONS),
        "-j",
        "1",
        "-T",
        str(max(1, int(seconds))),
    ]
    values = [f"-Dbody={body.decode()}", f"-Ddigest={hashlib.sha256(body).hexdigest()}", "-f", str(script)]

    def play() -> Figures:
        before = database.cpu_seconds()
        done = subprocess.run(
            [*command, *values, database.address], capture_output=True, text=True, check=True
        )
        facts = dict(line.split(" = ", 1) for line in done.stdout.splitlines() if " = " in line)
        transactions = int(done.stdout.split("actually processed: ")[1].split()[0].split("/")[0])
        return {
            "per_second": float(facts["tps"].split()[0]),
            "db_cpu_us": 1e6 * (database.cpu_seconds() - before) / transactions,
        }

    return play
