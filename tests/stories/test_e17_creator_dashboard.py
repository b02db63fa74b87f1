"""E17: a creator signs in and sees only their own: clicks, orders, on hold, approved and paid, code and link."""

from datetime import timedelta

import requests
from playwright.sync_api import Page, expect

from tests.stories.house import House
from tests.stories.portal import Portal

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def test_a_creator_sees_what_they_brought_in_and_nothing_of_others(house: House, page: Page) -> None:
    house.set_terms(hold_days="7")
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.add_creator("Theo Baak", "theo", "THEO10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    house.until(lambda: house.shop.redeem_code("THEO10"), "the code THEO10 in Shopify")
    mara = Portal(house, page, "mara")
    mara.sign_in()
    expect(page.get_by_text("Nothing earned yet").first).to_be_visible()

    mara.see("/links").get_by_label("Page of the store").fill("/products/serum")
    page.get_by_role("button", name="Make the link").click()
    page.wait_for_url("**/links?done=added")
    address = page.locator("code.long").first.inner_text()
    followed = requests.get(address, headers={"User-Agent": PHONE}, allow_redirects=False, timeout=20)
    assert followed.status_code in {302, 303, 307}

    house.order("MARA10")
    house.order("THEO10")
    house.until(
        lambda: (_tile(mara, "Clicks"), _tile(mara, "Orders")) == ("1", "1"), "the click and the sale"
    )
    held = _tile(mara, "On hold")
    assert held != "€0.00"
    assert _tile(mara, "Approved") == "€0.00"
    expect(page.get_by_text("MARA10").first).to_be_visible()
    assert "THEO10" not in page.content()
    assert mara.see("/sales").locator("a.item").count() == 1
    assert page.goto(f"{house.app_url}/portal/lumen/theo").status == 404  # type: ignore[union-attr]

    house.state.clock.move(timedelta(days=8))
    house.matured()
    mara.sign_in()
    mara.see()
    assert (_tile(mara, "On hold"), _tile(mara, "Approved")) == ("€0.00", held)


def _tile(mara: Portal, label: str) -> str:
    return mara.see().locator(f"dt:has-text('{label}') + dd").first.inner_text()
