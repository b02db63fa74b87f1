"""E7: a code for each creator, made in Shopify within 5 s, works at checkout, credited with no click."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from app.commissions.balances import balances
from tests.stories.house import House

FIVE_SECONDS = timedelta(seconds=5)


def test_a_creator_is_added_and_the_code_lives_in_shopify_within_five_seconds(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("mara10"), "the code MARA10 in Shopify", FIVE_SECONDS)
    found = house.shop.redeem_code("mara10")
    assert found is not None
    _, redeem = found
    assert redeem.code == "MARA10"


def test_the_code_works_at_checkout_and_is_credited_without_a_click(house: House, page: Page) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify", FIVE_SECONDS)
    page.goto(f"{house.storefront}/products/serum")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("Discount code").fill("mara10")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Discount (MARA10)")).to_be_visible()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()

    def pending() -> int:
        with house.wiring.shop_session(house.shop_id) as session:
            return balances(session, "EUR", house.state.now).get("mara", {}).get("EUR", {}).get("pending", 0)

    house.until(pending, "commission of mara in the ledger")
