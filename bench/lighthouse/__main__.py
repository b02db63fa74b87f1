"""`make lighthouse`: a product and a collection page of the devstore without the theme extension, with its embed, with every block.

Mobile preset, headless Chromium, the three in turns, the median of all rounds. Gates: the score falls by less than a point, the
shift (CLS) stays what it was.
"""

import argparse
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.serving import make_server

from devstore.model import Shop
from devstore.pages_index import add_pages
from devstore.state import AppConfig, State
from devstore.verbs.create_shop import add_product, create_shop

HERE = Path(__file__).parent
RESULT = Path(".tribute/lighthouse.json")
PAGES = ("products/dew-serum", "collections/all")
BLOCKS: dict[str, dict[str, object]] = {
    "creator-banner": {},
    "creator-landing": {"handle": "mara"},
    "creator-signup": {},
}
KINDS = ("without", "embed", "blocks")
AUDITS = {
    "CLS": "cumulative-layout-shift",
    "LCP ms": "largest-contentful-paint",
    "TBT ms": "total-blocking-time",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
PART = (
    """{% layout none %}
<section class="tribute"><h1>Mara Lind</h1>"""
    + "<p>Words of a creator about what they use.</p>" * 12
    + """
<form method="post" action=""><label>Your name <input name="name"></label><button>Send</button></form></section>"""
)


class NoCourier:
    """Nothing is delivered here."""

    log: tuple[()] = ()

    def wake(self) -> None:
        """Nothing to look at."""


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """On a free port of 127.0.0.1 until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def storefront() -> Iterator[tuple[Shop, str]]:
    """A shop of twelve products, and the address of its storefront. The app behind the proxy answers at once."""
    behind = Flask("app_behind_the_proxy", static_folder=None)
    behind.add_url_rule(
        "/proxy/<path:_path>", "part", lambda _path: Response(PART, content_type="application/liquid")
    )
    with served(behind) as app_port:
        config = AppConfig(url=f"http://127.0.0.1:{app_port}", client_secret="s" * 32, scopes=frozenset())
        state = State(app=config)
        shop = create_shop(
            state,
            "lumen.myshopify.com",
            name="Lumen",
            currency="EUR",
            timezone="Europe/Amsterdam",
            country="NL",
        )
        for name in ("Dew Serum", *(f"Cream {number}" for number in range(2, 13))):
            add_product(state, shop, name, Decimal(48))
        front = Flask("devstore")
        add_pages(front, state, NoCourier(), {})
        with served(front) as port:
            yield shop, f"http://127.0.0.1:{port}/shop/lumen/"


def measured(url: str) -> dict[str, float]:
    """One run of Lighthouse, with its own browser."""
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    command = [
        str(HERE / "node_modules" / ".bin" / "lighthouse"), url, "--quiet", "--output=json", "--output-path=stdout",
        "--only-categories=performance", f"--chrome-flags={FLAGS}",
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, check=True, timeout=180, env=os.environ | {"CHROME_PATH": str(chromium)}
    )
    told: dict[str, Any] = json.loads(done.stdout)
    score = told["categories"]["performance"]["score"] * 100
    return {"score": score} | {name: told["audits"][audit]["numericValue"] for name, audit in AUDITS.items()}


def switch(shop: Shop, kind: str) -> None:
    """What of the extension is on."""
    shop.theme_embed_enabled = kind != "without"
    shop.theme_blocks = BLOCKS if kind == "blocks" else {}


def play(rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Medians by page and kind."""
    runs: dict[tuple[str, str], list[dict[str, float]]] = {}
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with storefront() as (shop, root):
        for _ in range(rounds):
            for page in PAGES:
                for kind in KINDS:
                    switch(shop, kind)
                    runs.setdefault((page, kind), []).append(measured(root + page))
                    print(page, kind, runs[page, kind][-1], flush=True)
    return {
        page: {
            kind: {
                name: statistics.median(run[name] for run in runs[page, kind]) for name in ("score", *AUDITS)
            }
            for kind in KINDS
        }
        for page in PAGES
    }


def main() -> int:
    """Print the medians and the differences; 1 when a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.lighthouse")
    parser.add_argument("--rounds", type=int, default=5)
    found = play(parser.parse_args().rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2))
    missed = 0
    for page, kinds in found.items():
        for kind, figures in kinds.items():
            less = kinds["without"]
            shown = "  ".join(
                f"{name} {value:.3f} ({value - less[name]:+.3f})" for name, value in figures.items()
            )
            print(f"{page:<20} {kind:<8} {shown}")
            missed += less["score"] - figures["score"] >= 1 or figures["CLS"] > less["CLS"]
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
