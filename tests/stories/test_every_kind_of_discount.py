"""A merchant offers a fixed amount and free shipping; an order with each is credited to the cent."""

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from app.commissions.balances import balances
from devstore.discount_model import DiscountKind
from tests.stories.house import House

EDITOR, PUBLISH = "/programs/main/offer", "/programs/main/offer/publication"
OFFER = {
    "limit_of": "offer",
    "hold_days": "30",
    "hold_from": "paid",
    "pos": "with_code",
    "drafts": "with_code",
    "rules.0.kind": "percent",
    "rules.0.rate": "12",
}


def publishes(house: House, **offer: str) -> None:
    assert house.ask("POST", EDITOR, **OFFER, **offer).status_code == 303
    stamp = re.search(r'name="read" value="([^"]+)"', house.ask("GET", PUBLISH).text)
    assert stamp
    answer = house.ask("POST", PUBLISH, read=stamp[1], when="now", agreed="Mara, by mail")
    assert answer.status_code == 303, answer.text


def buys(house: House, page: Page, email: str) -> None:
    page.goto(f"{house.storefront}/products/serum")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("Discount code").fill("MARA10")
    page.get_by_role("button", name="Apply").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()


def gives(house: House, kind: DiscountKind) -> bool:
    found = house.shop.redeem_code("MARA10")
    return found is not None and found[0].kind is kind


def pending(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return balances(session, "EUR", house.state.now).get("mara", {}).get("EUR", {}).get("pending", 0)


def test_a_fixed_amount_and_free_shipping_are_bought_with_and_credited_to_the_cent(
    house: House, page: Page
) -> None:
    house.shop.shipping_price = Decimal("4.90")
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: gives(house, DiscountKind.PERCENTAGE), "the code in Shopify")

    publishes(house, discount_kind="amount", amount="5", minimum_amount="40", combine_shipping="yes")
    house.until(lambda: gives(house, DiscountKind.FIXED_AMOUNT), "five euros off in Shopify")
    buys(house, page, "noor@example.com")
    # 48.00 less 5.00 contains 21 % tax: 35.54, of which 12 % are 4.26.
    house.until(lambda: pending(house) == 426, "the commission of the order with five euros off")

    publishes(house, discount_kind="free_shipping", combine_order="yes")
    house.until(lambda: gives(house, DiscountKind.FREE_SHIPPING), "free shipping in Shopify")
    buys(house, page, "ida@example.com")
    newest = max(house.shop.orders.values(), key=lambda order: order.id)
    assert [parcel.discounted_price for parcel in newest.shipping_lines] == [Decimal(0)]
    # 48.00 contains 8.33 tax: 39.67, of which 12 % are 4.76; shipping is no part of it.
    house.until(lambda: pending(house) == 426 + 476, "the commission of the order with free shipping")
    assert "Free shipping" in house.ask("GET", "/programs/main").text
