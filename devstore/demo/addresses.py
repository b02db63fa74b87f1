"""Where everything is, and whether it answers."""

import requests

from devstore.demo import portal
from devstore.demo.shops import SHOPS
from devstore.demo.stage import Stage
from devstore.oauth import mint_id_token

SECONDS = 20
PAGES = {
    "/": "lead waits",
    "/performance": "",
    "/creators": "",
    "/creators/pia/awards": "6 billable clicks of 8",
    "/creators/emil/awards": "Lead of",
    "/programs/visits": "",
    "/programs/sign-ups": "",
    "/leads": "Newsletter",
    "/leads?creator=emil&state=approved": "2.00",
    "/orders": "",
    "/payouts": "account is locked",
    "/payouts/runs/1": "Store credit",
    "/payouts/settings": "ending in",
    "/creators/liam/payout": "UK bank transfer",
    "/settings": "",
    "/staff": "Vera Viewer",
    "/health": "",
    "/privacy": "",
}
"""Of the app, with what must stand there."""


def addresses(stage: Stage) -> dict[str, str]:
    """What the demo prints: names for people, and addresses."""
    devstore = stage.devstore.url
    handle = SHOPS[0].domain.split(".")[0]
    return {
        "Admin with the app": f"{devstore}/store/{handle}/apps/tribute/",
        "Storefront": f"{devstore}/shop/{handle}/",
        "Creator's page": f"{devstore}/shop/{handle}/pages/meet-mara",
        "For creators": f"{devstore}/shop/{handle}/pages/creators",
        "Lead form": f"{devstore}/shop/{handle}/apps/tribute/lead/newsletter?ref=emil",
        "Orders of the shop": f"{devstore}/store/{handle}/orders",
        "Control page": f"{devstore}/_control/",
        "Creators' portal": f"{stage.app_url}/portal",
        "Mailbox": f"{devstore}/_mailbox/",
    }


def check(stage: Stage, found: dict[str, str]) -> int:
    """Open every address once, and every page of the app as a merchant; 0 when all answer, else 1."""
    pages = dict(found)
    token = mint_id_token(stage.state, stage.state.shop(SHOPS[0].domain))
    for path in PAGES:
        pages[f"App {path}"] = f"{stage.app_url}{path}"
    pages["Health of the app"] = f"{stage.app_url}/healthz"
    wrong = 0
    for name, url in pages.items():
        answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)
        wrong += _told(name, answer, PAGES.get(name.removeprefix("App "), ""))
    creator = portal.signed_in(stage)
    for path, says in portal.PAGES.items():
        wrong += _told("Portal", creator.get(f"{stage.app_url}{path}", timeout=SECONDS), says)
    print(
        "Every address answers."
        if wrong == 0
        else f"{wrong} of {len(pages) + len(portal.PAGES)} addresses did not answer as they should."
    )
    return min(wrong, 1)


def _told(name: str, answer: requests.Response, says: str) -> int:
    """Say how one address answered; 1 when not as it should."""
    is_there = says in answer.text
    print(f"  {answer.status_code}  {name:<20} {answer.url}" + ("" if is_there else f" lacks {says!r}"))
    return int(answer.status_code != requests.codes.ok or not is_there)
