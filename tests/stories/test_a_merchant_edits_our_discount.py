"""A merchant changes a discount of ours in Shopify: Health says so, and puts it back or keeps it as they say."""

from decimal import Decimal

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import text

from devstore.discount_model import Discount
from devstore.verbs.discounts import delete_discount, update_discount
from tests.stories.house import House


@pytest.fixture
def ours(house: House) -> Discount:
    """The discount that carries Mara's code, 10 % off, once the app has looked how it left it."""
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    house.until(lambda: is_known(house), "a first look at the discount")
    found = house.shop.redeem_code("MARA10")
    assert found is not None
    return found[0]


def is_known(house: House) -> bool:
    looked = text("select count(*) from discount_nodes where left_as is not null")
    with house.wiring.shop_session(house.shop_id) as session:
        return bool(session.execute(looked).scalar_one() == 1)


def told(house: House, page: Page) -> FrameLocator:
    """The Health page, once it speaks of the discount."""
    house.until(
        lambda: "Discounts changed in Shopify" in house.ask("GET", "/health").text, "the change on Health"
    )
    page.goto(f"{house.admin}/health")
    return page.frame_locator("iframe")


def test_what_was_changed_is_shown_and_put_back(house: House, page: Page, ours: Discount) -> None:
    update_discount(house.state, house.shop, ours, value=Decimal(50))
    health = told(house, page)
    expect(health.get_by_text("Takes off")).to_contain_text("50 % in Shopify, 10 % as we wrote it")
    health.get_by_role("button", name="Put Shopify back").click()
    house.until(lambda: ours.value == 10, "10 % in Shopify again")
    house.until(
        lambda: "Discounts changed in Shopify" not in house.ask("GET", "/health").text, "nothing to tell"
    )


def test_what_the_merchant_wants_to_stay_stays(house: House, page: Page, ours: Discount) -> None:
    update_discount(house.state, house.shop, ours, value=Decimal(50))
    health = told(house, page)
    health.get_by_role("button", name="Keep Shopify's version").click()
    expect(health.get_by_text("Kept", exact=True)).to_be_visible()
    assert ours.value == Decimal(50)


def test_a_discount_that_was_deleted_is_told_by_its_codes_and_made_again(
    house: House, page: Page, ours: Discount
) -> None:
    delete_discount(house.state, house.shop, ours)
    house.until(
        lambda: "deleted" in house.ask("GET", "/creators/mara").text, "the creator's page telling of it"
    )
    page.goto(f"{house.admin}/creators/mara")
    page.frame_locator("iframe").get_by_role("button", name="Try MARA10 again").click()
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify again")
