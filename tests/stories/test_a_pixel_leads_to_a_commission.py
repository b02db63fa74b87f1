"""A shop without our theme embed: the web pixel alone leads from the checkout back to the creator's link."""

from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from tests.stories.house import House
from tests.stories.test_a_link_leads_to_a_commission import PHONE, earned, mara, told

__all__ = ["mara"]


@pytest.fixture
def page(browser: Browser) -> Page:
    """A telephone, also in the pixel's worker: what a page is told to send, a worker does not."""
    context = browser.new_context(user_agent=PHONE)
    context.set_default_timeout(15_000)
    return context.new_page()


def seen(house: House) -> list[str]:
    with house.wiring.shop_session(house.shop_id) as session:
        return list(session.execute(text("select step from pixel_events order by at, id")).scalars())


@pytest.mark.usefixtures("mara")
def test_without_the_theme_embed_the_checkout_leads_to_the_click(house: House, page: Page) -> None:
    house.shop.theme_embed_enabled = False
    assert house.shop.install is not None
    install = house.shop.install
    house.until(lambda: install.web_pixel_settings, "the web pixel")
    page.goto(f"{house.app_url}/r/mara")
    page.get_by_role("button", name="Accept").click()
    house.until(lambda: "product" in seen(house), "what the pixel saw")
    page.get_by_role("button", name="Add to cart").click()
    # Another landing page than the creator's, as after a return by bookmark.
    (cart,) = house.shop.carts.values()
    cart.landing_site = "/"
    page.get_by_role("link", name="Check out").click()
    house.until(lambda: "checkout" in seen(house), "the checkout")
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    house.until(partial(earned, house), "the commission of mara")
    (winner,) = [c for c in told(house)["candidates"] if c["reason_code"] == "won"]
    assert (winner["kind"], winner["found_by"]["method"]) == ("click", "pixel")
    page.context.close()
