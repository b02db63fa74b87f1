"""From a creator's post to a commission without any code: the link, the shopper's consent, the order, the books."""

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.commissions.balances import balances
from app.flows.explain import explain
from app.tracking import store as tracking
from app.tracking.add_link import add_link
from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.0"
"""A browser without a window says so, and its clicks would count as a machine's."""


@pytest.fixture
def mara(house: House, page: Page) -> None:
    """A creator with a code that nobody uses here, a link to the serum, and a shopper with a telephone."""
    page.context.set_extra_http_headers({"User-Agent": PHONE})
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(partial(house.shop.redeem_code, "MARA10"), "the code in Shopify")
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        found = tracking.code(session, "MARA10")
        assert found is not None
        add_link(session, found.enrollment_id, "mara", to_path="/products/serum", channel="instagram",
                 program="main", actor="story", now=house.state.now)  # fmt: skip


def buys(page: Page, how: str) -> None:
    page.get_by_role("button", name=how).click()
    if how == "Add to cart":
        page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()


def told(house: House) -> dict[str, Any]:
    (order,) = house.shop.orders.values()
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    with house.wiring.shop_session(house.shop_id) as session:
        return explain(session, str(order.id), house.state.now)


def earned(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        stands = balances(session, "EUR", house.state.now)
    return stands.get("mara", {}).get("EUR", {}).get("pending", 0)


@pytest.mark.usefixtures("mara")
def test_a_short_link_leads_to_the_product_and_its_click_earns(house: House, page: Page) -> None:
    page.goto(f"{house.app_url}/r/mara")
    assert page.url.startswith(f"{house.storefront}/products/serum?")
    with page.expect_response("**/cart/update.js"):
        page.get_by_role("button", name="Accept").click()
    buys(page, "Add to cart")
    house.until(partial(earned, house), "the commission of mara")
    record = told(house)
    (winner,) = [c for c in record["candidates"] if c["reason_code"] == "won"]
    assert (winner["kind"], record["credits"][0]["creator"]) == ("click", "mara")
    assert record["credits"][0]["commission"]["minor"] == earned(house)


@pytest.mark.usefixtures("mara")
def test_a_creators_name_in_the_address_is_credited_with_consent_also_when_bought_at_once(
    house: House, page: Page
) -> None:
    page.goto(f"{house.storefront}/products/serum?via=mara")
    with page.expect_response("**/cart/update.js"):
        page.get_by_role("button", name="Accept").click()
    with house.wiring.shop_session(house.shop_id) as session:
        assert tracking.link(session, "mara") is not None
    buys(page, "Buy it now")
    house.until(partial(earned, house), "the commission of mara")
    (winner,) = [c for c in told(house)["candidates"] if c["reason_code"] == "won"]
    assert winner["kind"] == "click"


@pytest.mark.usefixtures("mara")
def test_of_a_shopper_who_declines_no_click_is_kept_and_only_the_shops_own_order_names_the_creator(
    house: House, page: Page
) -> None:
    page.goto(f"{house.storefront}/products/serum?via=mara")
    page.get_by_role("button", name="Decline").click()
    buys(page, "Buy it now")
    (order,) = house.shop.orders.values()
    assert (order.note_attributes, order.visit.landing_site) == ({}, "/products/serum?via=mara")
    house.until(partial(earned, house), "the commission of mara")
    with house.wiring.shop_session(house.shop_id) as session:
        assert session.execute(text("select count(*) from clicks")).scalar_one() == 0
    (winner,) = told(house)["candidates"]
    assert (winner["kind"], winner["reason_code"]) == ("click", "won")
