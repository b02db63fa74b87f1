"""What the demo's first shop shows in its store: a creator's page, an open sign-up form, somebody who applied."""

import requests

from devstore.demo.processes import DemoError
from devstore.model import Shop, StorePage
from devstore.oauth import mint_id_token
from devstore.state import State

LANDING = {
    "is_live": "1",
    "picture": "",
    "words": "Hello, I am Mara.\nI film what I use every day. These are the ones that stayed.",
    "products": "serum\nnight-serum\nhyaluron",
}
SIGNUP = {
    "is_on": "1",
    "intro": "You try what you like, you say what you think, and you earn on every order that you bring.",
    "questions": "What do you make, and for whom?\nWhich of our products do you know?",
    "terms": "Say that it is an advertisement.\nDo not bid on our name.",
}
APPLICANT = {
    "name": "Ida Holm",
    "email": "ida.holm@example.com",
    "channels": "instagram.com/idaholm.skin",
    "country": "Denmark",
    "answer-0": "Short films about sensitive skin, for people who have no time.",
    "answer-1": "The serum, since spring.",
    "agree": "1",
}
PAGES: tuple[tuple[StorePage, str, dict[str, object]], ...] = (
    (StorePage("meet-mara", "Meet Mara", "page.meet-mara"), "creator-landing", {"handle": "mara"}),
    (StorePage("creators", "For creators", "page.creators"), "creator-signup", {"program": "main"}),
)
"""Of the online store, each with a template of its own, so that its block stands on no other page."""


def show_in_store(state: State, shop: Shop, app_url: str, devstore_url: str) -> None:
    """Written by the merchant on the app's pages, and sent by a visitor in the store. Raises DemoError.

    The theme shows the app's banner to shoppers who came by a creator, and two pages of the menu have a block each.
    """
    shop.theme_blocks = {"creator-banner": {}}
    for page, block, settings in PAGES:
        shop.pages[page.handle] = page
        shop.theme_sections[page.template] = {block: settings}
    headers = {"Authorization": f"Bearer {mint_id_token(state, shop)}"}
    sent: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
        (f"{app_url}/creators/mara/landing", LANDING, headers),
        (f"{app_url}/programs/main/signup", SIGNUP, headers),
        (f"{devstore_url}/shop/{shop.handle}/apps/tribute/apply", APPLICANT, {}),
    )
    for address, form, told in sent:
        answer = requests.post(address, data=form, headers=told, timeout=30, allow_redirects=False)
        if answer.status_code not in {200, 303}:
            raise DemoError(f"{address} answered {answer.status_code}: {answer.text[:300]}")
