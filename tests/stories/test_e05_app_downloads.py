"""E5: a merchant's server tells of an app download by its install id: it is accepted once, and paid once."""

import re

import requests

from app.campaigns.model import RuleSpec
from tests.stories.agreements import agree, join, pending
from tests.stories.house import House

KEY = re.compile(r"tribute_[0-9]+_[A-Za-z0-9_-]{43}")


def test_an_install_is_accepted_once_and_paid_once(house: House) -> None:
    agree(
        house, "app", RuleSpec("per_lead", {"amount": "1.50", "currency": "EUR", "actions": ["app_download"]})
    )
    join(house, "ida", "app")
    shown = KEY.search(house.ask("POST", "/api-keys", name="App server").text)
    assert shown is not None
    key = shown[0]
    assert key not in house.ask("GET", "/api-keys").text

    def install(number: str) -> tuple[int, str]:
        told = requests.post(
            f"{house.app_url}/api/v1/events",
            json={"action": "app_download", "install_id": number, "ref": "ida"},
            headers={"Authorization": f"Bearer {key}"},
            timeout=20,
        )
        return told.status_code, told.json()["result"]

    assert [install("install-1"), install("install-1"), install("install-2")] == [
        (201, "taken"),
        (200, "known"),
        (201, "taken"),
    ]
    house.until(lambda: pending(house) == {"ida": 300}, "one commission for each install")
