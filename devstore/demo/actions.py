"""What earns without an order: yesterday's visits by one creator's link, and newsletter leads by another's, two of them approved."""

import re
import time
from collections.abc import Mapping, Sequence

import requests

from devstore.demo.processes import App, DemoError
from devstore.demo.shoppers import click_on
from devstore.demo.stage import Stage
from devstore.model import Shop
from devstore.oauth import mint_id_token

SECONDS = 60
VISITORS = 6
AGAIN = 2
"""Of them come a second time within the day, which is not paid."""
LEADS = ("Ines Prado", "Jonas Wolf", "Kaja Nowak")
APPROVED = 2
FORM = "apps/tribute/lead/newsletter"


def yesterdays_visits(app_url: str) -> None:
    """Shoppers follow the link of who is paid per click. Raises DemoError."""
    for browser in (*range(VISITORS), *range(AGAIN)):
        click_on(app_url, "pia", 100 + browser)


def leads(stage: Stage, app: App, shop: Shop) -> None:
    """Readers follow a link to the form and leave their address; the merchant approves all but one. Raises DemoError."""
    for number, name in enumerate(LEADS):
        click = click_on(stage.app_url, "emil", 200 + number)
        sent = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
        address = f"{stage.devstore.url}/shop/{shop.handle}/{FORM}"
        _post(address, sent, params={"ref": "emil", "tribute_click": click})
    headers = {"Authorization": f"Bearer {mint_id_token(stage.state, shop)}"}
    waiting = _waiting(app, f"{stage.app_url}/leads", headers)
    _post(f"{stage.app_url}/leads/rulings", {"verb": "approve", "lead": waiting[:APPROVED]}, headers=headers)


def _post(
    address: str,
    form: Mapping[str, str | Sequence[str]],
    *,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    answer = requests.post(
        address, data=form, params=params, headers=headers, timeout=SECONDS, allow_redirects=False
    )
    if answer.status_code not in {200, 303}:
        raise DemoError(f"{address} answered {answer.status_code}: {answer.text[:300]}")


def _waiting(app: App, address: str, headers: dict[str, str]) -> list[str]:
    """The leads that the worker has looked at and that wait for a word."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        app.raise_if_gone()
        page = requests.get(address, headers=headers, timeout=SECONDS).text
        found = re.findall(r'value="approve ([0-9a-f]{16})"', page)
        if len(found) == len(LEADS) and page.count("/creators/emil") == len(LEADS):
            return found
        time.sleep(0.2)
    raise DemoError(f"{len(LEADS)} leads were sent and {address} does not list them after {SECONDS} s.")
