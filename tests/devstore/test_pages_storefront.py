"""The storefront, from a creator's link to an order, as a shopper and as a script meet it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from devstore.order_model import Order
from devstore.totals import Totals
from devstore.verbs.discounts import create_discount
from tests.devstore.pages_world import Pages

SHOP = "/shop/lumen"


@pytest.fixture
def shopper(pages: Pages) -> requests.Session:
    """A browser without scripts: it keeps cookies."""
    return requests.Session()


def only_order(pages: Pages) -> Order:
    (order,) = pages.shop.orders.values()
    return order


def serum(pages: Pages) -> int:
    return pages.shop.product_by_handle("dew-serum").variants[0].id


def post_json(shopper: requests.Session, pages: Pages, path: str, body: dict[str, Any]) -> Any:
    return shopper.post(f"{pages.url}{SHOP}/{path}", json=body, timeout=5).json()


def test_a_shopper_buys_with_a_creators_link_and_the_order_remembers_both(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/discount/mara10?redirect=%2Fproducts%2Fdew-serum&ref=mara")
    page.get_by_role("button", name="Accept").click()
    page.get_by_label("Size").select_option(label="50 ml · €72.00")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("Discount (MARA10)")).to_be_visible()
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    order = only_order(pages)
    assert order.visit.landing_site == "/products/dew-serum?ref=mara"
    assert [one.title for one in order.discount_applications] == ["MARA10"]
    assert Totals(order).price == Decimal("69.75")  # 72 - 10 % + 4.95
    assert Totals(order).financial_status == "paid"


def test_pay_later_leaves_the_order_pending(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/products/cloud-cream")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_label("Pay later").check()
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("It waits for your payment.")).to_be_visible()
    assert Totals(only_order(pages)).financial_status == "pending"


def test_a_declined_card_says_so_and_orders_nothing(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/products/cloud-cream")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_label("Card that is declined").check()
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("alert")).to_contain_text("The bank declined the card")
    assert pages.shop.orders == {}


def test_a_code_is_typed_and_removed_at_the_checkout(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/products/cloud-cream")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("Discount code").fill("Mara10")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Discount (MARA10)")).to_be_visible()
    page.get_by_role("button", name="Remove Mara10").click()
    expect(page.get_by_text("Discount (MARA10)")).to_have_count(0)


def test_a_code_that_has_ended_does_not_apply_and_says_why(page: Page, pages: Pages) -> None:
    now = pages.state.now
    create_discount(
        pages.state,
        pages.shop,
        title="Old",
        value=Decimal(20),
        code="OLD20",
        starts_at=now - timedelta(days=9),
        ends_at=now - timedelta(days=1),
    )
    page.goto(f"{pages.url}{SHOP}/discount/OLD20?redirect=%2Fproducts%2Fcloud-cream")
    page.get_by_role("button", name="Buy it now").click()
    expect(page.get_by_role("alert")).to_contain_text("'OLD20' is expired")
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    assert only_order(pages).discount_applications == []


def test_ajax_attributes_merge_and_reach_the_order(shopper: requests.Session, pages: Pages) -> None:
    post_json(shopper, pages, "cart/add.js", {"id": serum(pages), "quantity": 2})
    post_json(shopper, pages, "cart/update.js", {"attributes": {"tribute_click": "abc"}})
    cart = post_json(shopper, pages, "cart/update.js", {"attributes": {"gift": "yes"}, "discount": "mara10"})
    assert cart["attributes"] == {"tribute_click": "abc", "gift": "yes"}
    assert cart["discount_codes"] == [{"code": "mara10", "applicable": True}]
    assert (cart["original_total_price"], cart["total_price"]) == (9600, 8640)
    shopper.post(
        f"{pages.url}{SHOP}/checkouts/{cart['token']}",
        data={"email": "a@b.example", "payment": "paid"},
        timeout=5,
    )
    assert only_order(pages).note_attributes == {"tribute_click": "abc", "gift": "yes"}


def test_a_discount_by_ajax_replaces_the_codes_there_were(shopper: requests.Session, pages: Pages) -> None:
    post_json(shopper, pages, "cart/add.js", {"id": serum(pages)})
    post_json(shopper, pages, "cart/update.js", {"discount": "FIRST,SECOND"})
    cart = post_json(shopper, pages, "cart/update.js", {"discount": "MARA10"})
    assert [one["code"] for one in cart["discount_codes"]] == ["MARA10"]


def test_the_cart_refuses_nonsense_with_422_and_a_sentence(shopper: requests.Session, pages: Pages) -> None:
    answer = shopper.post(f"{pages.url}{SHOP}/cart/add.js", json={"id": "x"}, timeout=5)
    assert (answer.status_code, answer.json()["description"]) == (422, "'x' is no whole number.")


def test_buy_it_now_takes_hidden_attributes_but_not_those_of_the_cart(
    shopper: requests.Session, pages: Pages
) -> None:
    post_json(shopper, pages, "cart/update.js", {"attributes": {"old": "1"}})
    form = {"id": serum(pages), "quantity": 1, "attributes[tribute_click]": "abc"}
    page = shopper.post(f"{pages.url}{SHOP}/cart/buy-now", data=form, timeout=5)
    shopper.post(page.url, data={"email": "a@b.example", "payment": "paid"}, timeout=5)
    assert only_order(pages).note_attributes == {"tribute_click": "abc"}


@pytest.mark.parametrize("target", ["//evil.example/x", "https://evil.example", "/\\evil.example", ""])
def test_a_discount_link_never_leads_out_of_the_shop(
    shopper: requests.Session, pages: Pages, target: str
) -> None:
    address = f"{pages.url}{SHOP}/discount/MARA10"
    answer = shopper.get(address, params={"redirect": target}, timeout=5, allow_redirects=False)
    assert answer.headers["Location"] == f"{SHOP}/"


def test_a_link_to_the_shops_domain_leads_to_its_pages(shopper: requests.Session, pages: Pages) -> None:
    link = f"{pages.url}/shops/lumen.myshopify.com/discount/MARA10?redirect=%2Fproducts%2Fdew-serum&ref=mara"
    assert shopper.get(link, timeout=5).url == f"{pages.url}{SHOP}/products/dew-serum?ref=mara"
    (held,) = pages.shop.carts.values()
    assert held.discount_codes == ["MARA10"]


def test_a_later_campaign_is_the_landing_page_that_counts(shopper: requests.Session, pages: Pages) -> None:
    for path in ("/", "/products/dew-serum?utm_source=instagram&ref=mara", "/collections/all"):
        shopper.get(f"{pages.url}{SHOP}{path}", timeout=5)
    cart = post_json(shopper, pages, "cart/add.js", {"id": serum(pages)})
    assert cart["quantity"] == 1
    (held,) = pages.shop.carts.values()
    assert held.landing_site == "/products/dew-serum?utm_source=instagram&ref=mara"


def test_consent_is_false_until_it_is_given_and_then_announced(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/")
    load = "new Promise((done) => Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], done))"
    page.evaluate(load)
    assert page.evaluate("Shopify.customerPrivacy.marketingAllowed()") is False
    page.evaluate("""() => document.addEventListener('visitorConsentCollected',
        (event) => { window.told = event.detail.marketingAllowed; })""")
    page.get_by_role("button", name="Accept").click()
    assert page.evaluate("[window.told, Shopify.customerPrivacy.marketingAllowed()]") == [True, True]


def test_shopify_actions_replace_attributes_and_tell_the_page(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}{SHOP}/")
    page.evaluate("Shopify.actions.updateCart({ attributes: { a: '1' } })")
    cart = page.evaluate("""async () => {
        document.addEventListener('shopify:cart:attributes-update', () => { window.told = true; });
        return Shopify.actions.updateCart({ attributes: { b: '2' } });
    }""")
    assert cart["attributes"] == {"b": "2"}
    assert page.evaluate("window.told") is True
