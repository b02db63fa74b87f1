"""The theme embed in a storefront: what it carries into a cart, after which consent, and what it leaves alone."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Response
from playwright.sync_api import Page, expect

from devstore.model import Cart
from devstore.proxy_signature import signature
from devstore.theme_block import EMBED
from devstore.verbs.discounts import create_discount
from tests.devstore.pages_world import SECRET, AppPages, Pages

KEY = "_tribute_click"
CLICK = "A" * 48
LATER = "B" * 48
SERUM = "/shop/lumen/products/dew-serum"
STORED = f"localStorage.getItem('{KEY}')"


def carts(pages: Pages) -> list[Cart]:
    return list(pages.shop.carts.values())


def carried(pages: Pages) -> list[str]:
    """The click in each cart, or nothing."""
    return [cart.attributes.get(KEY, "") for cart in carts(pages)]


def stored(page: Page) -> dict[str, Any] | None:
    text = page.evaluate(STORED)
    return json.loads(text) if text else None


def visit(page: Page, pages: Pages, query: str = f"?tribute_click={CLICK}", path: str = SERUM) -> None:
    page.goto(f"{pages.url}{path}{query}")


def choose(page: Page, answer: str) -> None:
    page.get_by_role("button", name=answer).click()


def settled(page: Page) -> None:
    """Everything that the page asked for was answered."""
    page.wait_for_load_state("networkidle")


def answers(app: AppPages, **body: str) -> None:
    app.answers["/proxy/click"] = Response(json.dumps(body), content_type="application/json")


def test_a_click_is_carried_into_the_cart_once_the_shopper_agrees(page: Page, pages: Pages) -> None:
    visit(page, pages)
    settled(page)
    assert (stored(page), carts(pages)) == (None, [])
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    assert carried(pages) == [CLICK]
    held = stored(page)
    assert held is not None
    assert held["click"] == CLICK


def test_a_shopper_who_declines_leaves_no_trace(page: Page, pages: Pages, app_pages: AppPages) -> None:
    visit(page, pages, "?ref=mara")
    choose(page, "Decline")
    visit(page, pages, "?ref=mara")
    settled(page)
    assert (stored(page), carts(pages), app_pages.requests_of("/proxy/click")) == (None, [], [])


def test_consent_that_comes_a_page_late_still_counts(page: Page, pages: Pages) -> None:
    visit(page, pages)
    page.get_by_role("link", name="Shop all").click()
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    assert carried(pages) == [CLICK]


def test_when_consent_is_withdrawn_the_click_goes_again(page: Page, pages: Pages) -> None:
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    with page.expect_response("**/cart/update.js"):
        page.evaluate("Shopify.customerPrivacy.setTrackingConsent({marketing: false})")
    assert (stored(page), carried(pages)) == (None, [""])


def test_the_later_click_of_two_tabs_counts(page: Page, pages: Pages) -> None:
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    other = page.context.new_page()
    with other.expect_response("**/cart/update.js"):
        visit(other, pages, f"?tribute_click={LATER}")
    visit(page, pages, "")
    settled(page)
    assert carried(pages) == [LATER]


def test_buying_at_once_carries_the_click_into_the_cart_of_its_own(page: Page, pages: Pages) -> None:
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    page.get_by_role("button", name="Buy it now").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("heading", name="Thank you for your order.")).to_be_visible()
    (order,) = pages.shop.orders.values()
    assert order.note_attributes == {KEY: CLICK}


def test_a_form_that_was_touched_before_consent_went_carries_nothing(page: Page, pages: Pages) -> None:
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    page.get_by_label("Quantity").click()
    expect(page.locator(f'[name="attributes[{KEY}]"]')).to_have_count(1)
    with page.expect_response("**/cart/update.js"):
        page.evaluate("Shopify.customerPrivacy.setTrackingConsent({marketing: false})")
    expect(page.locator(f'[name="attributes[{KEY}]"]')).to_have_count(0)


def test_attributes_and_codes_of_others_stay(page: Page, pages: Pages, app_pages: AppPages) -> None:
    create_discount(pages.state, pages.shop, title="Theirs", value=Decimal(5), code="WELCOME")
    answers(app_pages, click=CLICK, code="MARA10")
    visit(page, pages, "")
    page.evaluate(
        "Shopify.actions.updateCart({attributes: {_other_app: 'kept'}, discountCodes: ['WELCOME']})"
    )
    choose(page, "Accept")
    with page.expect_response("**/cart/update.js"):
        visit(page, pages, "?ref=mara")
    (cart,) = carts(pages)
    assert cart.attributes == {"_other_app": "kept", KEY: CLICK}
    assert cart.discount_codes == ["WELCOME", "MARA10"]


def test_a_creators_name_becomes_a_click_under_every_alias(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    answers(app_pages, click=CLICK, code="MARA10")
    visit(page, pages, "")
    choose(page, "Accept")
    for alias in ("ref", "sca_ref", "rfsn", "via", "dt_id"):
        page.evaluate("localStorage.clear()")
        pages.shop.carts.clear()
        with page.expect_response("**/cart/update.js"):
            visit(page, pages, f"?{alias}=mara-by-{alias}")
        asked = app_pages.requests_of("/proxy/click")[-1]
        assert (asked.method, asked.get_json()["ref"]) == ("POST", f"mara-by-{alias}")
        assert (carried(pages), carts(pages)[0].discount_codes) == ([CLICK], ["MARA10"])


def test_a_tagged_link_of_ours_names_the_creator(page: Page, pages: Pages, app_pages: AppPages) -> None:
    answers(app_pages, click=CLICK)
    visit(page, pages, "?utm_medium=creator&utm_content=mara")
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    assert app_pages.requests_of("/proxy/click")[0].get_json()["ref"] == "mara"
    assert carried(pages) == [CLICK]


def test_a_name_that_is_nobodys_becomes_nothing(page: Page, pages: Pages, app_pages: AppPages) -> None:
    app_pages.answers["/proxy/click"] = Response("{}", 404, content_type="application/json")
    visit(page, pages, "?ref=nobody")
    with page.expect_response("**/apps/tribute/click"):
        choose(page, "Accept")
    settled(page)
    assert (stored(page), carts(pages)) == (None, [])


def test_a_name_is_asked_about_once_however_often_the_page_is_loaded(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    answers(app_pages, click=CLICK)
    visit(page, pages, "?ref=mara")
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    visit(page, pages, "?ref=mara")
    settled(page)
    assert len(app_pages.requests_of("/proxy/click")) == 1


def test_a_code_that_the_shopper_took_out_stays_out(page: Page, pages: Pages, app_pages: AppPages) -> None:
    answers(app_pages, click=CLICK, code="MARA10")
    visit(page, pages, "?ref=mara")
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    page.evaluate("Shopify.actions.updateCart({discountCodes: []})")
    visit(page, pages, "")
    settled(page)
    assert carts(pages)[0].discount_codes == []


def test_the_merchant_decides_whether_codes_are_applied(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    pages.shop.theme_embed_settings["applies"] = False
    answers(app_pages, click=CLICK, code="MARA10")
    visit(page, pages, "?ref=mara")
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    assert (carried(pages), carts(pages)[0].discount_codes) == ([CLICK], [])


@pytest.mark.parametrize(("days", "carries"), [(29, True), (31, False)])
def test_a_click_is_remembered_for_thirty_days(page: Page, pages: Pages, days: int, *, carries: bool) -> None:
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    pages.shop.carts.clear()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
    visit(page, pages, "")
    settled(page)
    assert carried(pages) == ([CLICK] if carries else [])


def test_blocked_storage_costs_the_memory_and_not_the_sale(page: Page, pages: Pages) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }})"
    )
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        choose(page, "Accept")
    assert carried(pages) == [CLICK]


def test_an_embed_that_is_off_leaves_nothing_on_the_page(page: Page, pages: Pages) -> None:
    pages.shop.theme_embed_enabled = False
    visit(page, pages)
    expect(page.locator("#tribute-embed")).to_have_count(0)
    page.goto(f"{pages.url}/store/lumen/themes/current/editor?activateAppId=devstore-client-id/{EMBED}")
    page.get_by_label("Tribute links").check()
    page.get_by_role("button", name="Save").click()
    visit(page, pages)
    expect(page.locator("#tribute-embed")).to_have_count(1)


def test_nothing_moves_nothing_leaks_and_nothing_goes_wrong(page: Page, pages: Pages) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    pages.shop.theme_embed_enabled = False
    visit(page, pages)
    settled(page)
    names, place = page.evaluate("Object.keys(window)"), page.locator("form.buy").bounding_box()
    pages.shop.theme_embed_enabled = True
    page.add_init_script(
        "window.__shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "window.__shift += one.value; }).observe({type: 'layout-shift', buffered: true})"
    )
    visit(page, pages)
    with page.expect_response("**/cart/update.js"):
        page.evaluate("document.querySelector('[data-consent=yes]').click()")
    page.get_by_label("Quantity").click()
    assert set(page.evaluate("Object.keys(window)")) - set(names) <= {"__shift", "tribute-embed"}
    assert (page.evaluate("window.__shift"), wrong) == (0, [])
    assert page.locator("form.buy").bounding_box() == place


def test_what_the_proxy_forwards_is_signed_and_carries_no_cookie(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    answers(app_pages, click=CLICK)
    visit(page, pages, "?ref=mara")
    with page.expect_response("**/apps/tribute/click"):
        choose(page, "Accept")
    (asked,) = app_pages.requests_of("/proxy/click")
    sent = [(name, value) for name, value in asked.args.items(multi=True) if name != "signature"]
    assert asked.args["signature"] == signature(sent, SECRET)
    assert (asked.args["shop"], asked.args["path_prefix"]) == ("lumen.myshopify.com", "/apps/tribute")
    assert "Cookie" not in asked.headers
