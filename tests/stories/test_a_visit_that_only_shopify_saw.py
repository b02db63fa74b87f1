"""A shopper who never answered the banner and came back by a newsletter: Shopify's own journey leads to the creator."""

from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.stories.house import House
from tests.stories.test_a_link_leads_to_a_commission import earned, mara, told
from tests.stories.test_a_pixel_leads_to_a_commission import page

__all__ = ["mara", "page"]


@pytest.mark.usefixtures("mara")
def test_the_first_visit_is_told_minutes_after_the_order_and_earns(house: House, page: Page) -> None:
    page.goto(f"{house.app_url}/r/mara")
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    house.state.clock.move(timedelta(days=2))
    page.goto(f"{house.storefront}/products/serum?utm_source=newsletter")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    (order,) = house.shop.orders.values()
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    house.until(house.is_quiet, "all of it judged")
    assert told(house)["candidates"] == []

    house.state.clock.move(timedelta(minutes=11))
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        house.wiring.queue.defer(session, "orders.journeys", {"shop_id": house.shop_id})
    house.until(partial(earned, house), "the commission of mara")
    (winner,) = told(house)["candidates"]
    assert (winner["value"], winner["found_by"]["method"]) == ("mara", "journey")
    assert timedelta(seconds=winner["age_seconds"]) >= timedelta(days=2)
    shown = house.ask("GET", f"/orders/{order.id}").text
    assert "Shopify saw the shopper&#39;s browser begin this visit with the link before the order." in shown
    page.context.close()
