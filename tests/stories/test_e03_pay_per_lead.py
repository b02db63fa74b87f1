"""E3: a form brings a lead; the same address twice is one commission; a lead that is rejected is taken back."""

import requests
from playwright.sync_api import Page, expect

from app.campaigns.model import RuleSpec
from tests.stories.agreements import agree, join, pending
from tests.stories.house import House


def send(house: House, email: str) -> None:
    address = f"{house.storefront}/apps/tribute/lead/newsletter?ref=ida"
    sent = requests.post(address, data={"email": email, "name": "Noor"}, timeout=20)
    assert "Thank you" in sent.text


def test_a_form_pays_once_for_each_address_and_a_rejected_lead_is_taken_back(
    house: House, page: Page
) -> None:
    agree(house, "letters", RuleSpec("per_lead", {"amount": "2.00", "currency": "EUR"}))
    join(house, "ida", "letters")
    send(house, "noor@example.com")
    house.until(lambda: pending(house) == {"ida": 200}, "the commission for the first lead")
    send(house, " NOOR@example.com")
    send(house, "sam@example.com")
    house.until(lambda: pending(house) == {"ida": 400}, "the commission for the second person")

    page.goto(f"{house.admin}/leads?state=approved")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("row").filter(has_text="newsletter")).to_have_count(2)
    frame.get_by_role("row").filter(has_text="sam@example.com").get_by_role("checkbox").check()
    frame.get_by_label("Reason").fill("No such person")
    frame.get_by_role("button", name="Reject chosen").click()
    house.until(lambda: pending(house) == {"ida": 200}, "the reversal")
