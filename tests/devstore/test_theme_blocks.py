"""The blocks beside the embed, in a storefront: the banner, a creator's page and the sign-up form."""

import json
from typing import Any

import pytest
from flask import Response
from playwright.sync_api import Locator, Page, expect

from app.web.admin.guide import BLOCKS, Block
from devstore.model import StorePage
from tests.devstore.pages_world import AppPages, Pages

CLICK = "A" * 48
SERUM = "/shop/lumen/products/dew-serum"
MARA = {"name": "Mara <b>Lind</b>", "picture": "", "code": "MARA10"}
PHONE = {"width": 390, "height": 844}
SHIFTS = (
    "window.__shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
    "window.__shift += one.value; }).observe({type: 'layout-shift', buffered: true})"
)
PAGE = """{% layout none %}
<style>.tribute { color: teal }</style>
<section class="tribute"><h1>Mara</h1><p>{{ request.locale.iso_code }}</p>
<form method="post" action=""><input name="name" aria-label="Your name"><button>Send</button></form></section>
<script>window.__ran = true</script>"""


@pytest.fixture(autouse=True)
def _placed(pages: Pages, app_pages: AppPages) -> None:
    pages.shop.theme_blocks = {"creator-banner": {"words": "Enjoy."}}
    said(app_pages, MARA)


def said(app: AppPages, creator: dict[str, Any], status: int = 200) -> None:
    app.answers["/proxy/creator"] = Response(json.dumps(creator), status, content_type="application/json")


def visit(page: Page, pages: Pages, query: str = f"?tribute_click={CLICK}") -> None:
    page.goto(f"{pages.url}{SERUM}{query}")


def accept(page: Page) -> None:
    with page.expect_response("**/cart/update.js"):
        page.get_by_role("button", name="Accept").click()


def banner(page: Page) -> Locator:
    return page.locator("#tribute-banner")


def test_a_shopper_who_came_by_a_creator_is_greeted_after_they_agreed(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    page.wait_for_load_state("networkidle")
    expect(banner(page)).to_be_hidden()
    assert app_pages.requests_of("/proxy/creator") == []
    accept(page)
    expect(banner(page)).to_contain_text("Mara <b>Lind</b> sent you here")
    expect(banner(page)).to_contain_text("Enjoy.")
    (asked,) = app_pages.requests_of("/proxy/creator")
    assert asked.args["click"] == CLICK
    page.get_by_role("link", name="Use code").click()
    assert page.url == f"{pages.url}{SERUM}"
    assert [cart.discount_codes for cart in pages.shop.carts.values()][-1] == ["MARA10"]
    assert len(app_pages.requests_of("/proxy/creator")) == 1


def test_a_name_in_the_address_greets_on_the_same_page(page: Page, pages: Pages, app_pages: AppPages) -> None:
    app_pages.answers["/proxy/click"] = Response(f'{{"click": "{CLICK}"}}', content_type="application/json")
    visit(page, pages, "?ref=mara")
    accept(page)
    expect(banner(page)).to_be_visible()


def test_nobody_is_greeted_without_a_creator(page: Page, pages: Pages, app_pages: AppPages) -> None:
    visit(page, pages, "")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_load_state("networkidle")
    expect(banner(page)).to_be_hidden()
    said(app_pages, {}, 404)
    with page.expect_response("**/apps/tribute/creator*"):
        visit(page, pages)
    page.wait_for_load_state("networkidle")
    expect(banner(page)).to_be_hidden()


def test_a_shopper_who_declines_or_withdraws_is_not_greeted(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    visit(page, pages)
    page.get_by_role("button", name="Decline").click()
    page.wait_for_load_state("networkidle")
    expect(banner(page)).to_be_hidden()
    assert app_pages.requests_of("/proxy/creator") == []
    page.evaluate("Shopify.customerPrivacy.setTrackingConsent({marketing: true})")
    expect(banner(page)).to_be_visible()
    page.evaluate("Shopify.customerPrivacy.setTrackingConsent({marketing: false})")
    expect(banner(page)).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_banner_that_was_closed_stays_closed_for_that_visit(page: Page, pages: Pages) -> None:
    visit(page, pages)
    accept(page)
    page.get_by_role("button", name="Close").click()
    visit(page, pages)
    page.wait_for_load_state("networkidle")
    expect(banner(page)).to_be_hidden()
    with page.expect_response("**/apps/tribute/creator*"):
        visit(page, pages, f"?tribute_click={'B' * 48}")
    expect(banner(page)).to_be_visible()


@pytest.mark.parametrize(("locale", "words"), [("de", "Empfohlen von Mara"), ("ar", "بتوصية من Mara")])
def test_the_banner_speaks_the_languages_of_the_shop_and_fits_a_phone(
    page: Page, pages: Pages, locale: str, words: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, pages, f"?tribute_click={CLICK}&locale={locale}")
    accept(page)
    expect(banner(page)).to_be_visible()  # It holds a sample of its words before it is filled.
    expect(banner(page)).to_contain_text(words)
    box = banner(page).bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_whatever_the_banner_covers_can_be_scrolled_clear_of_it(page: Page, pages: Pages) -> None:
    page.set_viewport_size({"width": 390, "height": 600})
    visit(page, pages)
    accept(page)
    expect(banner(page)).to_be_visible()
    bar = banner(page).bounding_box()
    assert bar is not None
    assert bar["height"] <= 100
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    end, bar = page.locator("footer").bounding_box(), banner(page).bounding_box()
    assert end is not None
    assert bar is not None
    assert end["y"] + end["height"] <= bar["y"] + 1


def test_nothing_moves_and_nothing_leaks(page: Page, pages: Pages, app_pages: AppPages) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    pages.shop.theme_blocks = {}
    visit(page, pages, "")
    names = page.evaluate("Object.keys(window)")
    app_pages.answers["/proxy/mara"] = Response(
        PAGE.replace("<form", "<p>long</p>" * 200 + "<form"), content_type="application/liquid"
    )
    pages.shop.theme_blocks = {"creator-banner": {}}
    pages.shop.theme_sections = {"product": {"creator-landing": {"handle": "mara"}}}
    page.add_init_script(SHIFTS)
    visit(page, pages)
    page.evaluate("document.querySelector('[data-consent=yes]').click()")
    expect(banner(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Mara", exact=True)).to_be_attached()
    assert (page.evaluate("window.__shift"), wrong) == (0, [])
    assert set(page.evaluate("Object.keys(window)")) - set(names) <= {"__shift", "tribute-banner"}


def test_a_creators_page_stands_in_the_theme_in_its_language_without_asking_for_consent(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    app_pages.answers["/proxy/mara"] = Response(PAGE, content_type="application/liquid")
    pages.shop.theme_sections = {"product": {"creator-landing": {"handle": "mara"}}}
    visit(page, pages, "?locale=nl")
    part = page.locator(".tribute-part")
    expect(part.get_by_role("heading", name="Mara")).to_be_visible()
    expect(part.get_by_text("nl", exact=True)).to_be_visible()
    expect(page.locator(".shop-bar")).to_have_count(1)
    assert page.evaluate("[window.__ran, localStorage.length]") == [None, 0]
    assert list(pages.shop.carts.values()) == []


def test_the_sign_up_form_posts_to_the_proxy(page: Page, pages: Pages, app_pages: AppPages) -> None:
    app_pages.answers["/proxy/apply/main"] = Response(PAGE, content_type="application/liquid")
    pages.shop.theme_sections = {"product": {"creator-signup": {"program": "main"}}}
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, pages, "")
    page.get_by_label("Your name").fill("Noor")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/apps/tribute/apply/main")
    sent = app_pages.requests_of("/proxy/apply/main")[-1]
    assert (sent.method, sent.form["name"]) == ("POST", "Noor")


def test_a_page_that_cannot_be_had_leaves_a_link(page: Page, pages: Pages, app_pages: AppPages) -> None:
    app_pages.answers["/proxy/mara"] = Response("away", 503, content_type="text/plain")
    pages.shop.theme_sections = {"product": {"creator-landing": {"handle": "mara"}}}
    visit(page, pages, "")
    expect(page.get_by_role("link", name="See the page")).to_be_visible()


@pytest.mark.parametrize("block", BLOCKS)
def test_the_apps_link_leads_to_the_editor_with_the_block_in_its_place(
    page: Page, pages: Pages, block: Block
) -> None:
    pages.shop.theme_blocks = {}
    page.goto(block.address(pages.shop.domain, "devstore-client-id", pages.url))
    expect(page.get_by_label(block.label, exact=True)).to_be_checked()
    page.get_by_role("button", name="Save").click()
    placed = pages.shop.theme_blocks if block.template is None else pages.shop.theme_sections[block.template]
    assert list(placed) == [block.name]


def test_a_merchant_puts_blocks_into_the_theme(page: Page, pages: Pages) -> None:
    pages.shop.pages["meet-mara"] = StorePage("meet-mara", "Meet Mara", "page.meet-mara")
    page.goto(f"{pages.url}/store/lumen/themes/current/editor")
    page.get_by_role("link", name="Meet Mara").click()
    page.get_by_label("Creator page", exact=True).check()
    page.get_by_label("Creator page: handle").fill("mara")
    page.get_by_role("button", name="Save").click()
    assert pages.shop.theme_sections == {"page.meet-mara": {"creator-landing": {"handle": "mara"}}}
    assert list(pages.shop.theme_blocks) == ["creator-banner"]


def test_a_block_stands_on_the_pages_of_its_template_alone(
    page: Page, pages: Pages, app_pages: AppPages
) -> None:
    app_pages.answers["/proxy/mara"] = Response(PAGE, content_type="application/liquid")
    pages.shop.pages = {
        "meet-mara": StorePage("meet-mara", "Meet Mara", "page.meet-mara"),
        "about": StorePage("about", "About us"),
    }
    pages.shop.theme_sections = {"page.meet-mara": {"creator-landing": {"handle": "mara"}}}
    visit(page, pages, "")
    expect(page.locator(".tribute-part")).to_have_count(0)
    page.get_by_role("link", name="Meet Mara").click()
    expect(page.locator(".tribute-part").get_by_role("heading", name="Mara")).to_be_visible()
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_role("heading", name="About us")).to_be_visible()
    expect(page.locator(".tribute-part")).to_have_count(0)
    assert len(app_pages.requests_of("/proxy/mara")) == 1
