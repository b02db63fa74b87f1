"""A few shoppers who came through creators' links and agreed to be recognised: what the web pixel saw of each."""

import json
import time
from urllib.parse import parse_qsl, urlsplit

import requests

from devstore.demo.processes import App, DemoError
from devstore.model import Shop

SECONDS = 60
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram {0}.0"
STEPS = ("page_viewed", "product_viewed", "product_added_to_cart", "checkout_started", "checkout_completed")
CAME = (("ella", (1, 1, 1, 2, 2, 2, 3, 3, 4)), ("theo", (1, 2, 2, 3)))
"""By link: how many of the steps each shopper took."""
CHECKOUT = "5eeb7be4d0a14f0c9e21"
"""Of a checkout whose cart carries nothing: only the pixel can tell who sent this shopper."""


def shoppers(shop: Shop, app: App, app_url: str) -> None:
    """All of them look round, and one of them goes on to pay. Raises DemoError."""
    settings = _settings(shop, app)
    browser = 0
    for slug, ways in CAME:
        for steps in ways:
            browser += 1
            _go(settings, click_on(app_url, slug, browser), browser, STEPS[:steps])
    _go(settings, click_on(app_url, "ella", browser + 1), browser + 1, STEPS, CHECKOUT)


def click_on(app_url: str, slug: str, browser: int = 0) -> str:
    """Follow the link on a phone; the signed click. Raises DemoError."""
    agent = {"User-Agent": PHONE.format(360 + browser)}
    answer = requests.get(f"{app_url}/r/{slug}", headers=agent, allow_redirects=False, timeout=SECONDS)
    click = dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query)).get("tribute_click")
    if click is None:
        raise DemoError(f"The link {app_url}/r/{slug} answered {answer.status_code} and no click.")
    return click


def _settings(shop: Shop, app: App) -> dict[str, str]:
    """What the app told its pixel when it switched it on."""
    deadline = time.monotonic() + SECONDS
    while shop.install is None or shop.install.web_pixel_settings is None:
        app.raise_if_gone()
        if time.monotonic() > deadline:
            raise DemoError(f"The app did not switch its web pixel on in {shop.domain} within {SECONDS} s.")
        time.sleep(0.1)
    settings: dict[str, str] = json.loads(shop.install.web_pixel_settings)
    return settings


def _go(
    settings: dict[str, str], click: str, browser: int, names: tuple[str, ...], checkout: str | None = None
) -> None:
    for name in names:
        body = {
            "account": settings["accountID"],
            "id": f"demo-{browser}-{name}",
            "name": name,
            "client": f"demo-{browser}",
            "click": click,
            "arrived": name == "page_viewed",
            "checkout": checkout or f"{CHECKOUT}{browser}" if name.startswith("checkout") else None,
            "consent": {"marketing": True, "analytics": True},
        }
        agent = {"User-Agent": PHONE.format(360 + browser), "Origin": "null"}
        answer = requests.post(settings["endpoint"], data=json.dumps(body), headers=agent, timeout=SECONDS)
        if answer.status_code != requests.codes.no_content:
            raise DemoError(f"POST /pixel answered {answer.status_code}: {answer.text[:200]}")
