"""The web pixel's own source in a storefront's sandbox: what it tells of whom, after which consent."""

import json
from typing import Any

import pytest
from flask import Response
from playwright.sync_api import Page, expect

from tests.devstore.pages_world import AppPages, Pages

CLICK = "A" * 48
LATER = "B" * 48
SERUM = "/shop/lumen/products/dew-serum"
SETTINGS = {"accountID": "a" * 24}


@pytest.fixture(autouse=True)
def switched_on(pages: Pages, app_pages: AppPages) -> None:
    install = pages.shop.install
    assert install is not None
    install.web_pixel_id = 1
    install.web_pixel_settings = json.dumps(SETTINGS | {"endpoint": f"{app_pages.url}/pixel"})
    allowed = {"Access-Control-Allow-Origin": "*"}
    app_pages.answers["/pixel"] = Response(status=204, headers=allowed)


def told(app: AppPages) -> list[dict[str, Any]]:
    return [json.loads(one.get_data()) for one in app.requests_of("/pixel")]


def names(app: AppPages) -> list[str]:
    return [one["name"] for one in told(app)]


def visit(page: Page, pages: Pages, query: str = f"?tribute_click={CLICK}", path: str = SERUM) -> None:
    page.goto(f"{pages.url}{path}{query}")


def choose(page: Page, answer: str) -> None:
    page.get_by_role("button", name=answer).click()


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def until(page: Page, app: AppPages, name: str, times: int = 1) -> None:
    """Until the pixel told that so often."""
    for _ in range(1200):
        if names(app).count(name) >= times:
            return
        page.wait_for_timeout(25)
    pytest.fail(f"{name} was not told {times} times: {names(app)}")


def agree(page: Page, app: AppPages, name: str = "product_viewed") -> None:
    """Until the pixel told the last of what happened on this page."""
    choose(page, "Accept")
    until(page, app, name)


def test_from_the_first_page_to_the_order_every_step_is_told(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    agree(page, app_pages)
    page.get_by_role("button", name="Add to cart").click()
    until(page, app_pages, "product_added_to_cart")
    page.goto(f"{pages.url}/shop/lumen/checkout")
    until(page, app_pages, "checkout_started")
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    until(page, app_pages, "checkout_completed")
    found = told(app_pages)
    assert {one["name"] for one in found} == {
        "page_viewed", "product_viewed", "product_added_to_cart", "checkout_started", "checkout_completed",
    }  # fmt: skip
    (order,) = pages.shop.orders.values()
    steps = {one["name"]: one for one in found}
    assert steps["checkout_started"]["checkout"] == order.visit.checkout_token
    assert steps["checkout_completed"]["checkout"] == order.visit.checkout_token
    assert steps["checkout_completed"]["order"] == str(order.id)
    assert {one["click"] for one in found} == {CLICK}
    assert len({one["client"] for one in found}) == 1
    assert [one["name"] for one in found if one.get("arrived")] == ["page_viewed"]
    assert found[0]["consent"] == {"marketing": True, "analytics": True}
    assert found[0]["account"] == SETTINGS["accountID"]


def test_it_speaks_from_a_sandbox_without_origin_or_cookie(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    agree(page, app_pages)
    for asked in app_pages.requests_of("/pixel"):
        assert (asked.headers["Origin"], "Cookie" in asked.headers) == ("null", False)


def test_a_shopper_who_declines_is_not_spoken_of(page: Page, pages: Pages, app_pages: AppPages) -> None:
    visit(page, pages)
    choose(page, "Decline")
    visit(page, pages)
    settled(page)
    assert told(app_pages) == []
    assert page.evaluate("localStorage.getItem('_tribute_pixel')") is None
    expect(page.locator("iframe")).to_have_count(0)


def test_consent_that_comes_a_page_late_still_names_the_creator(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    page.get_by_role("link", name="Shop all").click()
    agree(page, app_pages, "page_viewed")
    assert [(one["name"], one["click"]) for one in told(app_pages)] == [("page_viewed", CLICK)]


def test_when_consent_is_withdrawn_it_falls_silent_and_forgets(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    agree(page, app_pages)
    until(page, app_pages, "page_viewed")
    before = len(told(app_pages))
    page.evaluate("Shopify.customerPrivacy.setTrackingConsent({marketing: false})")
    page.wait_for_function("localStorage.getItem('_tribute_pixel') === null")
    visit(page, pages, "")
    settled(page)
    assert len(told(app_pages)) == before


def test_a_visit_that_nobody_sent_is_never_told(page: Page, pages: Pages, app_pages: AppPages) -> None:
    visit(page, pages, "?utm_source=newsletter")
    choose(page, "Accept")
    expect(page.locator("iframe")).to_have_count(1)
    # What is told next would come after anything that was told of this visit.
    visit(page, pages, "?ref=mara")
    until(page, app_pages, "page_viewed")
    assert {one["ref"] for one in told(app_pages)} == {"mara"}


def test_a_name_in_the_address_is_told_where_there_is_no_click(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    pages.shop.theme_embed_enabled = False
    visit(page, pages, "?ref=mara")
    agree(page, app_pages)
    visit(page, pages, "", "/shop/lumen/collections/all")
    until(page, app_pages, "page_viewed", 2)
    found = told(app_pages)
    assert {one["ref"] for one in found} == {"mara"}
    assert [one["name"] for one in found if one.get("arrived")] == ["page_viewed"]


def test_the_click_that_the_theme_embed_was_given_goes_along(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    app_pages.answers["/proxy/click"] = Response(
        json.dumps({"click": LATER}), content_type="application/json"
    )
    visit(page, pages, "?ref=mara")
    with page.expect_response("**/cart/update.js"):
        agree(page, app_pages)
    visit(page, pages, "", "/shop/lumen/collections/all")
    until(page, app_pages, "page_viewed", 2)
    assert told(app_pages)[-1]["click"] == LATER


def test_nothing_runs_before_the_app_switched_its_pixel_on(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    assert pages.shop.install is not None
    pages.shop.install.web_pixel_settings = None
    visit(page, pages)
    choose(page, "Accept")
    settled(page)
    expect(page.locator("iframe")).to_have_count(0)
    assert told(app_pages) == []


def test_an_app_that_does_not_answer_costs_the_shopper_nothing(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    app_pages.answers["/pixel"] = Response(status=503)
    visit(page, pages)
    agree(page, app_pages)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("heading", name="Your cart")).to_be_visible()
    assert wrong == []
