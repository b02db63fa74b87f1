"""What web pixels saw goes by age and by a person's wish; what led to an order stays, and credits as before."""

from sqlalchemy import text
from werkzeug.test import Client

from app.shops import store as shops
from tests.credit_shop import CreditShop
from tests.rooms.test_what_pixels_see import (
    Browser,
    bought,
    browser,
    identical,
    later,
    load,
    stored,
)

__all__ = ["browser"]


def a_year_and_two_months_later(shop: CreditShop) -> None:
    later(shop, days=426)
    (job,) = [j for j in shop.wiring.jobs if j.name == "clicks.forget"]
    job.handler()


def test_old_events_go_but_for_what_led_to_an_order(
    shop: CreditShop, client: Client, browser: Browser
) -> None:
    browser.tell(ref="mara", arrived=True)
    browser.buy(ref="mara")
    Browser(client, shop, "c-2").tell(ref="theo", arrived=True)
    load(shop)
    bought(shop)
    assert len(stored(shop)) == 4
    a_year_and_two_months_later(shop)
    assert len(stored(shop)) == 3
    assert identical(shop)


def test_a_click_stays_by_which_the_pixel_led_to_an_order(shop: CreditShop, browser: Browser) -> None:
    browser.buy(click=browser.follow())
    browser.follow("theo")
    load(shop)
    bought(shop)
    credited = shop.credited()
    a_year_and_two_months_later(shop)
    with shop.wiring.shop_session(shop.shop_id) as session:
        assert session.scalar(text("select count(*) from clicks")) == 1
    assert shop.credited() == credited == {"mara": "1"}
    assert identical(shop)


def test_a_customer_is_told_and_may_have_forgotten_what_the_pixel_saw(
    shop: CreditShop, browser: Browser
) -> None:
    browser.tell(ref="mara", arrived=True)
    browser.tell(ref="mara", name="product_viewed", product="77")
    browser.buy(ref="mara")
    load(shop)
    bought(shop, customer={"id": 9})
    about = {"customer": {"id": 9, "email": None}, "orders_requested": [1001], "orders_to_redact": [1001]}
    shop.deliver("customers/data_request", about | {"data_request": {"id": 31}})
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session:
        (asked,) = shops.privacy_requests(session)
        told = shops.privacy_answer(session, asked.id)["pixel"]
    assert {seen["step"] for seen in told} == {"page", "product", "checkout", "order"}
    shop.deliver("customers/redact", about)
    shop.work()
    assert "product" not in [row.step for row in stored(shop)]
    assert shop.credited() == {"mara": "1"}
    assert identical(shop)


def test_a_click_that_only_the_pixel_joined_to_an_order_is_forgotten_with_its_shopper(
    shop: CreditShop, browser: Browser
) -> None:
    browser.buy(click=browser.follow())
    browser.follow("theo")
    load(shop)
    bought(shop, customer={"id": 9})
    shop.deliver("customers/redact", {"customer": {"id": 9, "email": None}, "orders_to_redact": [1001]})
    shop.work()
    with shop.wiring.shop_session(shop.shop_id) as session:
        told = session.execute(
            text("select l.slug, c.print is null from clicks c join links l on l.id = c.link_id order by 1")
        )
        assert [tuple(row) for row in told] == [("mara", True), ("theo", False)]
    assert shop.credited() == {"mara": "1"}


def test_what_the_pixel_tells_later_of_a_forgotten_shopper_is_not_kept(
    shop: CreditShop, browser: Browser
) -> None:
    browser.tell(ref="mara", arrived=True)
    browser.buy(ref="mara")
    load(shop)
    bought(shop, customer={"id": 9})
    assert shop.credited() == {"mara": "1"}
    shop.deliver("customers/redact", {"customer": {"id": 9, "email": None}, "orders_to_redact": [1001]})
    shop.work()
    browser.tell(ref="mara", name="product_viewed", product="77")
    Browser(browser.client, shop, "c-2").tell(ref="mara", name="product_viewed", product="78")
    load(shop)
    assert [row.product_id for row in stored(shop) if row.step == "product"] == [78]
    assert shop.credited() == {"mara": "1"}
