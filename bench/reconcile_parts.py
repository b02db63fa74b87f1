"""The processes of bench/reconcile: the pretend shop, the check, and the floor it is compared with. Each prints JSON."""

import json
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text

from app.config import read
from app.flows.work import Loops
from app.reconciliation.model import Kind, Run, State
from app.shopify.session_token import verify
from app.shops.model import ShopRecord
from app.wiring import Wiring, build
from devstore import seed
from devstore.clock import Clock
from devstore.server import running
from devstore.state import AppConfig
from devstore.state import State as DevState
from devstore.verbs.install import install
from devstore.webhooks.app_toml import configured

SAMPLES = 60
DAYS = 50


def shop() -> None:
    """Serve a shop whose past is made by `history`; until the standard input ends."""
    config = configured(
        AppConfig(client_id="bench", client_secret="bench-secret-of-32-bytes-or-more-0"),  # noqa: S106 - made up
        Path("shopify.app.toml"),
    )
    state = DevState(app=config, clock=Clock())
    seed.demo_shops(state)
    seed.year_of_orders(state, state.shop(seed.LUMEN), codes={}, orders=SAMPLES, days=DAYS)
    install(state, state.shop(seed.LUMEN))
    state.switches.delivery.paused = True
    state.switches.api.bulk_polls = 9_999
    with running(state) as at:
        print(at.url, flush=True)
        sys.stdin.read()


def check(origin: str) -> dict[str, Any]:
    """Install and take everything, then lose a thousandth and check the 60 days as each night."""
    wiring = build(read())
    record = _connected(wiring, origin)
    installed = _timed(wiring, record, origin, Kind.INSTALL)
    began = time.perf_counter()
    Loops(wiring.batch_session, wiring.desk, wiring.clock).finish()
    drained = time.perf_counter() - began
    with wiring.shop_session(record.id) as session, session.begin():
        session.execute(text("delete from orders where id % 1000 = 7"))
        session.execute(text("delete from inbox where order_id % 1000 = 7"))
    nightly = _timed(wiring, record, origin, Kind.NIGHTLY)
    return {"install": installed, "drain_seconds": drained, "nightly": nightly}


def _connected(wiring: Wiring, origin: str) -> ShopRecord:
    raw = requests.post(f"{origin}/_control/id_token", json={"shop": seed.LUMEN}, timeout=9).json()[
        "id_token"
    ]
    now = wiring.clock.now() + timedelta(seconds=1)
    settings = wiring.settings
    return wiring.installer(
        verify(raw, api_key=settings.shopify_api_key, secrets=settings.api_secrets, now=now), now
    )


def _timed(wiring: Wiring, record: ShopRecord, origin: str, kind: Kind) -> dict[str, float]:
    """A check from asking for the file to its end; the time that the pretend Shopify writes is told apart."""
    began = time.perf_counter()
    run: Run | None = wiring.reconciler.begin(record.id, kind)
    asked = time.perf_counter()
    requests.post(f"{origin}/_control/shops/{seed.LUMEN}/bulk/finish", timeout=600).raise_for_status()
    written = time.perf_counter()
    while run is not None and run.state is State.RUNNING:
        run = wiring.reconciler.go_on(record.id, run.id)
    ended = time.perf_counter()
    assert run is not None, "nobody else is at it"
    assert run.state is State.DONE, run.failure
    return {
        "seconds": ended - began,
        "of_it_shopify_writes": written - asked,
        "read": run.read,
        "missing": run.missing,
        "fed": run.fed,
        "memory_mb": _memory_mb(),
    }


def floor(address: str) -> dict[str, float]:
    """Nothing but the download, and every line decoded."""
    began, lines, rest = time.perf_counter(), 0, b""
    with requests.get(address, stream=True, timeout=60) as answer:
        for portion in answer.iter_content(256 * 1024):
            *whole, rest = (rest + portion).split(b"\n")
            lines += sum(1 for line in whole if json.loads(line))
    return {"seconds": time.perf_counter() - began, "lines": lines, "memory_mb": _memory_mb()}


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    role, *words = sys.argv[1:]
    if role == "shop":
        shop()
    else:
        print(json.dumps(check(*words) if role == "check" else floor(*words)))
