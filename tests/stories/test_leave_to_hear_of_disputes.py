"""The merchant allows the app to hear of disputes, by the button on Settings; from then on Shopify tells of them."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Dialog, Page, expect

from app.shopify.optional_topics import DISPUTES as SCOPE
from tests.stories.house import House

PATIENCE = timedelta(seconds=30)


def ask(page: Page, answer: Callable[[Dialog], None]) -> None:
    """Press the button and answer Shopify's question, which may come after the press is over."""
    page.once("dialog", answer)
    with page.expect_event("dialog"):
        page.frame_locator("#app-frame").get_by_role("button", name="Allow reading disputes").click()


def test_one_click_grants_the_scope_and_subscribes_to_disputes(house: House, page: Page) -> None:
    page.goto(f"{house.admin}/settings")
    frame = page.frame_locator("#app-frame")
    ask(page, lambda dialog: dialog.dismiss())
    expect(frame.get_by_role("button", name="Allow reading disputes")).to_be_visible()
    assert house.shop.install is not None
    assert SCOPE not in house.shop.install.scopes

    ask(page, lambda dialog: dialog.accept())
    wanted = {"disputes/create", "disputes/update"}
    house.until(
        lambda: {one.topic for one in house.state.subscriptions} == wanted, "both topics subscribed", PATIENCE
    )
    # The page tells by itself, as soon as Shopify has told the app.
    expect(frame.locator("#disputes")).to_contain_text("Shopify tells us when a customer disputes")
