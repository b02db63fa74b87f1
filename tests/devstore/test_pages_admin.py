"""The dev admin's own pages: installing, orders and what can be done to them, and how all pages look to everyone."""

from decimal import Decimal

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.totals import Totals
from devstore.verbs.place_order import place_order
from tests.devstore.pages_world import AppPages, NoCourier, Pages

ADMIN = "/store/lumen"


@pytest.fixture
def order(pages: Pages) -> Order:
    """Two serums with a code, paid, 4.95 of shipping."""
    variant = pages.shop.product_by_handle("dew-serum").variants[0]
    request = OrderRequest([LineRequest(variant.id, 2)], codes=["MARA10"], email="noor@example.com")
    return place_order(pages.state, pages.shop, request)


def test_uninstalling_leads_to_the_grant_screen_and_installing_opens_the_app(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    app_pages.html["*"] = "<p>The app</p>"
    page.goto(f"{pages.url}{ADMIN}/apps/tribute/")
    page.get_by_role("button", name="Uninstall Tribute").click()
    expect(page.get_by_text("write_discounts")).to_be_visible()
    assert pages.shop.install is None
    page.get_by_role("button", name="Install").click()
    expect(page.frame_locator("#app-frame").get_by_text("The app")).to_be_visible()
    assert pages.shop.install is not None


def test_language_and_person_reach_the_app(page: Page, pages: Pages, app_pages: AppPages) -> None:
    page.goto(f"{pages.url}{ADMIN}/apps/tribute/settings")
    page.get_by_label("Language").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_label("Who you are").select_option("staff")
    expect(page.get_by_label("Who you are")).to_have_value("staff")
    page.wait_for_load_state()  # The frame is part of the page.
    assert app_pages.seen[-1].args["locale"] == "ar"


def test_preferences_never_lead_out_of_the_shop(pages: Pages) -> None:
    answer = requests.post(
        f"{pages.url}{ADMIN}/preferences",
        data={"back": "https://evil.example/"},
        timeout=5,
        allow_redirects=False,
    )
    assert answer.headers["Location"] == f"{ADMIN}/"


def test_units_and_shipping_are_refunded(page: Page, pages: Pages, order: Order) -> None:
    page.goto(f"{pages.url}{ADMIN}/orders/{order.id}")
    page.get_by_label("Units of Dew Serum to refund").fill("1")
    page.get_by_label("Shipping to refund").fill("4.95")
    page.get_by_role("button", name="Refund these").click()
    expect(page.get_by_role("status")).to_contain_text("was made")
    assert Totals(order).refunded == Decimal("48.15")  # 43.20 + 4.95


def test_everything_is_refunded_with_one_button(page: Page, pages: Pages, order: Order) -> None:
    page.goto(f"{pages.url}{ADMIN}/orders/{order.id}")
    page.get_by_role("button", name="Refund all").click()
    expect(page.get_by_text("refunded", exact=True)).to_be_visible()
    assert Totals(order).current_price == 0


def test_a_quantity_is_edited(page: Page, pages: Pages, order: Order) -> None:
    page.goto(f"{pages.url}{ADMIN}/orders/{order.id}")
    page.get_by_label("Quantity of Dew Serum").fill("1")
    page.get_by_role("button", name="Save quantities").click()
    expect(page.get_by_text("1 removed")).to_be_visible()
    assert order.lines[0].current_quantity == 1


def test_a_pending_order_is_paid_and_another_is_cancelled(page: Page, pages: Pages) -> None:
    cream = pages.shop.product_by_handle("cloud-cream").variants[0]
    first, second = (
        place_order(pages.state, pages.shop, OrderRequest([LineRequest(cream.id)], payment="pending"))
        for _ in range(2)
    )
    page.goto(f"{pages.url}{ADMIN}/orders/{first.id}")
    page.get_by_role("button", name="Pay €40.95").click()
    expect(page.get_by_text("paid", exact=True)).to_be_visible()
    page.goto(f"{pages.url}{ADMIN}/orders/{second.id}")
    page.get_by_role("button", name="Cancel order").click()
    expect(page.get_by_text("cancelled", exact=True)).to_be_visible()
    assert second.cancelled_at is not None


def test_what_cannot_be_done_is_said_in_a_sentence(page: Page, pages: Pages, order: Order) -> None:
    page.goto(f"{pages.url}{ADMIN}/orders/{order.id}")
    page.get_by_label("Pay back instead").fill("much")
    page.get_by_role("button", name="Refund these").click()
    expect(page.get_by_role("status")).to_have_text("'much' is no amount; write 12.50.")


def test_the_control_page_moves_the_clock_and_sets_the_switches(
    page: Page, pages: Pages, deliveries: NoCourier
) -> None:
    before = pages.state.now
    page.goto(f"{pages.url}/_control/")
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("status")).to_have_text("The clock went on by a day.")
    page.get_by_label("Duplicate the next").fill("3")
    page.get_by_label("Pause all").check()
    page.get_by_role("button", name="Set the switches").click()
    expect(page.get_by_role("status")).to_have_text("The switches are set.")
    assert (pages.state.now - before).days == 1
    assert (pages.state.switches.delivery.duplicate_next, pages.state.switches.delivery.paused) == (3, True)
    assert deliveries.woken == 1


def test_a_scenario_is_played_by_its_button(page: Page, pages: Pages) -> None:
    page.goto(f"{pages.url}/_control/")
    page.get_by_role("button", name="Run t11_test_order").click()
    expect(page.get_by_role("status")).to_contain_text("#1001")
    assert [one.test for one in pages.shop.orders.values()] == [True]


def test_an_unknown_shop_is_a_404_that_names_the_shops(pages: Pages) -> None:
    answer = requests.get(f"{pages.url}/store/nowhere/orders", timeout=5)
    assert answer.status_code == 404
    assert "lumen.myshopify.com" in answer.text


PLACES = [
    "/store/lumen/orders", "/store/lumen/orders/{order}", "/store/lumen/products", "/store/lumen/discounts",
    "/store/lumen/apps/tribute/", "/shop/lumen/", "/shop/lumen/collections/all", "/shop/lumen/products/dew-serum",
    "/shop/lumen/cart", "/shop/lumen/orders/{token}", "/_control/", "/nowhere",
]  # fmt: skip


def problems_of(page: Page, width: int) -> list[str]:
    found = [str((one["id"], one["nodes"][0]["html"])) for one in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"{wide} px wide"] if wide > width else [])]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits(page: Page, pages: Pages, order: Order, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    problems = {}
    for place in PLACES:
        page.goto(pages.url + place.format(order=order.id, token=order.token))
        problems[place] = problems_of(page, width)
    assert problems == {place: [] for place in PLACES}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_checkout_is_accessible_and_fits(page: Page, pages: Pages, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{pages.url}/shop/lumen/products/dew-serum")
    page.get_by_role("button", name="Buy it now").click()
    expect(page.get_by_role("heading", name="Checkout")).to_be_visible()
    assert problems_of(page, width) == []
