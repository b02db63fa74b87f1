"""E7: a code for each creator, made in Shopify by one run of a job that waits less than 5 s, works at checkout, credited with no click."""

import re
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import FilePayload, Page, expect

from app.commissions.balances import balances
from devstore.verbs.discounts import create_discount
from tests.stories.house import House

TEN_THOUSAND = 10_000
A_WHILE = timedelta(minutes=4)


def test_a_creator_is_added_and_the_code_lives_in_shopify_right_after(house: House) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("mara10"), "the code MARA10 in Shopify")
    found = house.shop.redeem_code("mara10")
    assert found is not None
    _, redeem = found
    assert redeem.code == "MARA10"


def test_the_code_works_at_checkout_and_is_credited_without_a_click(house: House, page: Page) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
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


def test_ten_thousand_creators_of_a_list_get_their_codes_and_a_bar_shows_how_far_they_are(
    house: House, page: Page
) -> None:
    house.set_terms()
    create_discount(
        house.state, house.shop, title="A sale of the shop", value=Decimal("0.2"), code="Creator4711"
    )
    lines = ["handle,name,email,code"]
    lines += [f"creator-{n},Creator {n},creator-{n}@example.com,CREATOR{n}" for n in range(TEN_THOUSAND)]
    page.goto(f"{house.admin}/creators/new/many")
    form = page.frame_locator("iframe")
    file = FilePayload(name="creators.csv", mimeType="text/csv", buffer="\n".join(lines).encode())
    form.get_by_label("Or a CSV file").set_input_files(file)
    form.get_by_role("button", name="Add creators").click()
    # Their program's page comes next, and moves by itself.
    under_way = form.get_by_text(re.compile(r"[1-9][\d,]* of 10,000 codes are in Shopify"))
    expect(under_way).to_be_visible(timeout=A_WHILE.total_seconds() * 1000)
    # The page refreshes by itself, and the bar goes when nothing is left to do.
    expect(form.get_by_text("Codes on their way")).not_to_be_visible(timeout=A_WHILE.total_seconds() * 1000)
    made = sum(1 for n in range(TEN_THOUSAND) if _of_ours(house, f"CREATOR{n}"))
    assert made == TEN_THOUSAND - 1
    page.goto(f"{house.admin}/creators/creator-4711")
    expect(form.get_by_text("A sale of the shop")).to_be_visible()


def _of_ours(house: House, code: str) -> bool:
    found = house.shop.redeem_code(code)
    return found is not None and found[0].title != "A sale of the shop"
