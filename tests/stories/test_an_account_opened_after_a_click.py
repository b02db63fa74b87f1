"""A shopper comes by a creator's link and opens an account: Shopify tells of it, and the creator is paid for a lead."""

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from app.campaigns.model import RuleSpec
from devstore.verbs.install import set_scopes
from tests.stories.agreements import agree, join, pending
from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.0"


@pytest.fixture
def ida(house: House, page: Page) -> None:
    """A creator whose program pays for accounts, and a merchant who allowed reading customers."""
    page.context.set_extra_http_headers({"User-Agent": PHONE})
    install = house.shop.install
    assert install is not None
    set_scopes(house.state, house.shop, {*install.scopes, "read_customers"})
    house.until(partial(listens, house), "the subscription to new accounts")
    agree(
        house,
        "accounts",
        RuleSpec("per_lead", {"amount": "3.00", "currency": "EUR", "actions": ["registration"]}),
    )
    join(house, "ida", "accounts")


def listens(house: House) -> bool:
    return any(each.topic == "customers/create" for each in house.state.subscriptions)


def arrive(house: House, page: Page, answer: str) -> None:
    page.goto(f"{house.app_url}/r/ida")
    if answer == "Accept":
        with page.expect_response("**/cart/update.js"):
            page.get_by_role("button", name=answer).click()
    else:
        page.get_by_role("button", name=answer).click()


def open_account(page: Page, email: str) -> None:
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"You are signed in as {email}.")).to_be_visible()


@pytest.mark.usefixtures("ida")
def test_an_account_is_a_lead_of_the_creator_who_led_there(house: House, page: Page) -> None:
    arrive(house, page, "Accept")
    with page.expect_response("**/apps/tribute/account") as told:
        open_account(page, "noor@example.com")
    assert told.value.status == 204
    house.until(lambda: pending(house) == {"ida": 300}, "the commission for the account")
    page.goto(f"{house.admin}/leads?state=approved")
    row = page.frame_locator("iframe").get_by_role("row").filter(has_text="Registration")
    expect(row).to_contain_text("Ida")
    row.get_by_text("Details").click()
    expect(row).to_contain_text("Account opened in the store")
    expect(row.get_by_role("link", name="Open in Shopify")).to_be_visible()


@pytest.mark.usefixtures("ida")
def test_who_declined_is_led_by_nobody(house: House, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    arrive(house, page, "Decline")
    open_account(page, "sam@example.com")
    page.wait_for_load_state("networkidle")
    assert any("tribute-account.js" in url for url in asked)
    assert not any("/apps/tribute/account" in url for url in asked)
    house.until(house.is_quiet, "a quiet house")
    assert pending(house) == {}
