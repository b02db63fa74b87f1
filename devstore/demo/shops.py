"""The three shops of the demo: installed as a merchant would, terms applied, a year of orders delivered."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from devstore.demo.in_store import show_in_store
from devstore.demo.processes import App, DemoError
from devstore.demo.stage import Stage
from devstore.oauth import mint_id_token
from devstore.seed import DUNE, KAZE, LUMEN, year_of_orders
from devstore.verbs.install import install

FILES = Path(__file__).parent
CODES_SECONDS = 60
SETTLE_SECONDS = 300


@dataclass(frozen=True)
class DemoShop:
    """One shop: where it is, and how much happened in it."""

    domain: str
    orders: int

    @property
    def file(self) -> Path:
        """What `tribute apply` reads."""
        return FILES / f"{self.domain.split('.')[0]}.json"

    @property
    def codes(self) -> dict[str, float]:
        """Its creators' codes; earlier ones in the file sell more."""
        creators = json.loads(self.file.read_text())["creators"]
        return {code: 1 / (2 + n) for n, creator in enumerate(creators) for code in creator.get("codes", [])}


SHOPS = (DemoShop(LUMEN, 2600), DemoShop(KAZE, 120), DemoShop(DUNE, 80))


def open_shops(stage: Stage, app: App) -> None:
    """Install the app on each shop by opening it, and give each its programs, creators and codes."""
    for shop in SHOPS:
        held = stage.state.shop(shop.domain)
        install(stage.state, held)
        token = mint_id_token(stage.state, held)
        answer = requests.get(
            f"{stage.app_url}/",
            params={"shop": shop.domain, "embedded": "1"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        if not answer.ok:
            raise DemoError(
                f"Opening the app for {shop.domain} answered {answer.status_code}: {answer.text[:300]}"
            )
        app.run("apply", str(shop.file))
    for shop in SHOPS:
        _wait_for_codes(stage, shop)
    show_in_store(stage.state, stage.state.shop(LUMEN), stage.app_url, stage.devstore.url)


def fill(stage: Stage, app: App, shop: DemoShop) -> None:
    """A year of orders, each told to the app by its webhooks, as they would have been."""
    held = stage.state.shop(shop.domain)
    year_of_orders(stage.state, held, codes=shop.codes, orders=shop.orders, deliver=True)
    if not stage.devstore.courier.settle(SETTLE_SECONDS):
        raise DemoError("The app did not take all webhooks in time; see /_control/ for the log.")
    app.raise_if_gone()


def _wait_for_codes(stage: Stage, shop: DemoShop) -> None:
    """The app creates the codes in the pretend Shopify by itself; orders need them."""
    held = stage.state.shop(shop.domain)
    deadline = time.monotonic() + CODES_SECONDS
    while missing := [code for code in shop.codes if held.redeem_code(code) is None]:
        if time.monotonic() > deadline:
            raise DemoError(
                f"{shop.domain}: the app has not created {', '.join(missing)} after {CODES_SECONDS} s."
            )
        time.sleep(0.1)
