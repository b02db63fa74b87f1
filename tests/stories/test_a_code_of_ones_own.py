"""A shopper follows a link, has a code of their own in the cart and buys; nobody else can use it; the creator earns."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.flows.explain import explain
from app.tracking.single_use import Pool
from app.tracking.store import single
from tests.stories.house import House
from tests.stories.test_a_link_leads_to_a_commission import PHONE, earned, mara
from tests.stories.test_every_kind_of_discount import publishes

__all__ = ["mara"]


def pool(house: House) -> Pool:
    with house.wiring.shop_session(house.shop_id) as session:
        return single.pool(session, campaigns.program(session, "main").id)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A shopper's own. A header that is set for a page does not go along to where a redirect leads."""
    context = browser.new_context(user_agent=PHONE)
    yield context.new_page()
    context.close()


def comes_by_the_link(house: House, page: Page) -> str:
    """The code in the cart of whoever follows it and buys."""
    page.goto(f"{house.app_url}/r/mara")
    assert page.url.startswith(f"{house.storefront}/products/serum?")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Check out").click()
    return page.locator("form.chip input[name=discount]").input_value()


def checks_out(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Place order").click()


@pytest.mark.usefixtures("mara")
def test_a_code_of_ones_own_is_in_the_cart_earns_and_is_worth_nothing_to_the_next(
    house: House, phone: Page, page: Page
) -> None:
    publishes(
        house, discount_kind="percent", discount="10", combine_shipping="yes", single_use="own_code", single_use_days="7"
    )  # fmt: skip
    house.until(lambda: pool(house).left == 250, "a pool of codes in Shopify")

    code = comes_by_the_link(house, phone)
    assert re.fullmatch(r"[2-9A-Z]{10}", code)
    checks_out(phone, "noor@example.com")
    expect(phone.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    house.until(partial(earned, house), "the commission of mara")
    (order,) = house.shop.orders.values()
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    with house.wiring.shop_session(house.shop_id) as session:
        record = explain(session, str(order.id), house.state.now)
    (won,) = [c for c in record["candidates"] if c["won"]]
    assert (won["kind"], won["value"], won["creator"]) == ("code", code, "mara")
    assert won["reason"].startswith(f"The single-use code {code} was handed out at ")
    assert code in house.ask("GET", f"/orders/{order.id}").text
    assert pool(house)[2:4] == (1, 1)

    page.goto(f"{house.storefront}/products/serum")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("Discount code").fill(code)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("is used up")).to_be_visible()


@pytest.mark.usefixtures("mara")
def test_with_a_drained_pool_the_creators_own_code_is_in_the_cart(house: House, phone: Page) -> None:
    publishes(
        house, discount_kind="percent", discount="10", combine_shipping="yes", single_use="own_code", single_use_days="7"
    )  # fmt: skip
    house.until(lambda: pool(house).left == 250, "a pool of codes in Shopify")
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        session.execute(text("update single_codes set state = 'gone'"))
    assert comes_by_the_link(house, phone) == "MARA10"
    checks_out(phone, "ida@example.com")
    expect(phone.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    house.until(lambda: pool(house).left == 250, "a pool that is full again")
    shown = house.ask("GET", "/programs/main").text
    assert "Single-use codes" in shown
