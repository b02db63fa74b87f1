"""`make lighthouse`: a product and a collection page of the devstore without the theme extension, with its embed, with every block.

Twice: for somebody who was not asked yet, and for a shopper who comes by a creator's link and has agreed to be recognised, so
that the embed makes a click of the name and writes it into the cart, and the banner greets. Mobile preset, headless Chromium,
the three in turns, the median of all rounds. Gates: the score falls by less than a point, the shift (CLS) stays what it was.
"""

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.serving import make_server

from devstore.model import Shop
from devstore.pages_index import add_pages
from devstore.state import AppConfig, State
from devstore.verbs.create_shop import add_product, create_shop

HERE = Path(__file__).parent
RESULT = Path(".tribute/lighthouse.json")
PAGES = ("products/dew-serum", "collections/all")
CAME = "?ref=mara"
EMBEDS: dict[str, dict[str, object]] = {"creator-banner": {}}
SECTIONS: dict[str, dict[str, object]] = {"creator-landing": {"handle": "mara"}, "creator-signup": {}}
CONSENTS = ("none", "given")
Figures = dict[tuple[str, str, str], dict[str, float]]
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

CREATOR = {"name": "Mara Lind", "picture": "", "code": "MARA10"}
CLICK = {"click": "A" * 48, "code": "MARA10"}


@dataclass
class Shopper:
    """Who looks: what they answered to the storefront's question, as the cookie that their browser kept."""

    has_agreed: bool = False
    asked: list[str] = field(default_factory=list)
    """Of the app, by the extension."""

    def remember(self, answer: Response) -> Response:
        """Lighthouse empties the browser before a run, so the page brings the cookie along."""
        answer.set_cookie("consent_lumen", "yes" if self.has_agreed else "", path="/", samesite="Lax")
        return answer


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


def app_behind(shopper: Shopper) -> Flask:
    """Answers at once: a click, whose it was, and pages."""
    app = Flask("app_behind_the_proxy", static_folder=None)

    @app.route("/proxy/<path:path>", methods=["GET", "POST"])
    def part(path: str) -> Response:
        shopper.asked.append(path)
        if path in {"click", "creator"}:
            return jsonify(CLICK if path == "click" else CREATOR)
        return Response(PART, content_type="application/liquid")

    return app


@contextmanager
def storefront(shopper: Shopper) -> Iterator[tuple[Shop, str]]:
    """A shop of twelve products, and the address of its storefront."""
    with served(app_behind(shopper)) as app_port:
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
        front.after_request(shopper.remember)
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
    shop.theme_blocks = EMBEDS if kind == "blocks" else {}
    sections = SECTIONS if kind == "blocks" else {}
    shop.theme_sections = {"product": sections, "collection": sections}


def did_what_is_measured(shopper: Shopper, kind: str) -> bool:
    """Whether the extension asked for what it should: a run in which it slept would prove nothing."""
    expected = set()
    if shopper.has_agreed and kind != "without":
        expected.add("click")
    if kind == "blocks":
        expected |= {"mara", "apply/"} | ({"creator"} if shopper.has_agreed else set())
    return expected == set(shopper.asked)


def play(rounds: int, consents: Sequence[str]) -> Figures:
    """Medians by consent, page and kind. Raises RuntimeError when the extension did not do its work in a run."""
    runs: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    shopper = Shopper()
    with storefront(shopper) as (shop, root):
        for _, consent, page, kind in product(range(rounds), consents, PAGES, KINDS):
            switch(shop, kind)
            shopper.has_agreed = consent == "given"
            shopper.asked.clear()
            run = measured(root + page + (CAME if shopper.has_agreed else ""))
            print(consent, page, kind, run, flush=True)
            if not did_what_is_measured(shopper, kind):
                raise RuntimeError(
                    f"The extension asked the app for {sorted(set(shopper.asked))} in this run."
                )
            runs.setdefault((consent, page, kind), []).append(run)
    return {of: {name: median(run[name] for run in taken) for name in taken[0]} for of, taken in runs.items()}


def main() -> int:
    """Print the medians and the differences; 1 when a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.lighthouse")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--consent", choices=CONSENTS, action="append", help="only this; both unless told")
    asked = parser.parse_args()
    found = play(asked.rounds, asked.consent or CONSENTS)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({" ".join(of): figures for of, figures in found.items()}, indent=2))
    missed = 0
    for (consent, page, kind), figures in found.items():
        less = found[consent, page, "without"]
        shown = "  ".join(
            f"{name} {value:.3f} ({value - less[name]:+.3f})" for name, value in figures.items()
        )
        print(f"consent {consent:<6} {page:<20} {kind:<8} {shown}")
        missed += less["score"] - figures["score"] >= 1 or figures["CLS"] > less["CLS"]
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
