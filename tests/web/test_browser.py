"""The pages in a real browser: accessible, readable without Shopify's scripts, quick to navigate, live."""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.web import assets as web
from devstore.pages_cdn import polaris_script
from tests.web.conftest import CDN, Look, script
from tests.web.demo_shop import ORDER_ID
from tests.web.shop import Shop

PAGES = ("/", "/performance", "/creators", "/creators/mara", "/creators/ella", "/creators/mara/links", "/creators/new", "/orders",
         f"/orders/{ORDER_ID}", "/programs", "/programs/new", "/programs/main", "/programs/main/offer", "/programs/main/versions",
         "/review", "/review/settings", "/settings", "/health", "/privacy",
         "/payouts", "/payouts/runs/1", "/payouts/runs/2", "/payouts/1", "/payouts/settings", "/payouts/log", "/tax", "/creators/mara/payout", "/creators/mara/tax", "/creators/mara/messages", "/staff")  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BUDGET = 6 * 1024
POLARIS = f"{CDN}/shopifycloud/polaris-1.js"


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]


def wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(look: Look, width: int) -> None:
    found: dict[str, list[str]] = {}
    wide = []
    for path in PAGES:
        page = look(path, width=width)
        found[path] = complaints(page)
        wide += [path] if wider_than_the_window(page) else []
        page.context.close()
    assert found == {path: [] for path in PAGES}
    assert wide == []


def test_a_page_that_is_mirrored_is_as_accessible(look: Look) -> None:
    for width in (1280, 390):
        page = look("/performance", width=width, locale="ar")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert complaints(page) == []
        assert not wider_than_the_window(page)
        # A ratio keeps its sign behind the number.
        assert page.locator("#figures .tile .v").last.inner_text().endswith("×")  # noqa: RUF001
        page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_without_polaris_pages_stay_readable_and_usable(look: Look, width: int) -> None:
    page = look("/performance", width=width, polaris="blocked")
    expect(page.locator("#people tbody tr")).to_have_count(10)
    assert not wider_than_the_window(page)
    page.get_by_label("Creator", exact=True).select_option("mara")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#people tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Mara Lindqvist").click()
    expect(page.locator("#codes")).to_contain_text("MARA10")
    page.context.close()


def test_a_form_without_polaris_says_why_nothing_was_sent(look: Look) -> None:
    page = look("/settings", polaris="blocked")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was sent", timeout=9_000)
    page.context.close()


def test_nothing_jumps_when_polaris_comes_late(look: Look) -> None:
    # Below the header of s-page, which the admin shows in its own title bar.
    measure = """() => { const zero = document.querySelector('main form').getBoundingClientRect().top;
        return [...document.querySelectorAll('#figures,#sales,#people,tbody tr:first-child')]
            .map((part) => part.getBoundingClientRect().top - zero); }"""
    page = look("/performance", polaris="blocked")
    before = page.evaluate(measure)
    page.route(POLARIS, script(polaris_script))
    page.add_script_tag(url=POLARIS)
    page.wait_for_function("!!customElements.get('s-page')")
    after = page.evaluate(measure)
    page.context.close()
    assert [abs(a - b) < 8 for a, b in zip(after, before, strict=True)] == [True] * len(before)


def test_a_link_changes_the_page_without_loading_a_document(look: Look) -> None:
    page = look("/performance")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Kenji Mori").click()
    expect(page).to_have_title("Kenji Mori")
    assert page.evaluate("window.stays")
    assert page.url.endswith("/creators/kenji")
    assert page.evaluate("document.activeElement.id") == "main"
    page.go_back()
    expect(page).to_have_title("Performance")
    page.context.close()


def test_a_filter_is_in_the_address_and_sorting_keeps_the_focus(look: Look) -> None:
    page = look("/performance")
    page.get_by_label("Program", exact=True).select_option("main")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/performance?*program=main*")
    page.get_by_role("link", name="Orders").last.click()
    page.wait_for_url("**sort=-orders*")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Orders")
    expect(page.locator("#sort-orders")).to_be_focused()
    page.context.close()


def test_a_write_is_told_and_a_refused_one_is_explained_in_the_page(look: Look, world: Shop) -> None:
    page = look("/creators/new")
    page.locator("s-text-field[name=name] input").fill("Zoë Ström")
    page.locator("s-text-field[name=code] input").fill("MARA10")
    page.get_by_role("button", name="Add creator").click()
    expect(page.locator("s-text-field[name=code]")).to_contain_text("already belongs to")
    assert page.locator("s-text-field[name=name] input").input_value() == "Zoë Ström"
    page.locator("s-text-field[name=code] input").fill("ZOE10")
    page.get_by_role("button", name="Add creator").click()
    expect(page).to_have_title("Zoë Ström")
    expect(page.locator("main")).to_have_attribute("data-toast", "Added")
    assert page.url.endswith("/creators/zoe-strom")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.context.close()


def test_a_form_of_plain_fields_leaves_no_error_behind(look: Look) -> None:
    page = look("/creators")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.install()
    page.get_by_label("Search", exact=True).fill("mara")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.clock.run_for(6_000)
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    assert errors == []
    page.context.close()


def test_on_a_phone_words_begin_at_the_edge_that_they_are_read_from(look: Look) -> None:
    page = look("/programs", width=390)
    said = page.locator("td.wide").nth(1)
    assert said.evaluate("cell => getComputedStyle(cell).textAlign") == "start"
    page.context.close()


def test_the_csv_comes_as_a_file(look: Look) -> None:
    page = look("/performance")
    with page.expect_download() as download:
        page.locator("s-button", has_text="Export CSV").click()
    assert download.value.suggested_filename == "performance.csv"
    assert Path(download.value.path()).read_text().startswith("creator,name,status")
    page.context.close()


def test_arrow_keys_read_the_chart_from_its_own_table(look: Look) -> None:
    page = look("/performance")
    plot = page.locator("#net-plot")
    plot.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = page.locator("#net-table tbody tr").nth(1).locator("td")
    expect(plot.locator(".tip")).to_contain_text(second.nth(1).text_content() or "-")
    page.keyboard.press("Escape")
    expect(plot.locator(".tip")).to_have_count(0)
    page.context.close()


def test_a_definition_is_reached_by_keyboard(look: Look) -> None:
    page = look("/performance")
    page.locator(".tile .term").last.focus()
    expect(page.locator(".tile .term > span").last).to_be_visible()
    page.context.close()


def test_new_figures_appear_by_themselves_without_taking_focus_or_place(look: Look, world: Shop) -> None:
    page = look("/performance")
    page.locator("#creator").focus()
    page.evaluate("scrollTo(0, 300)")
    # Ten thousand euros more today: what an order leaves in the rollups.
    world.add_figures("mara", net_minor=1_000_000)
    expect(page.locator("#figures")).to_contain_text("€75,", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "creator"
    assert page.evaluate("scrollY") == 300
    page.context.close()


def test_a_new_deploy_loads_the_document_anew(look: Look) -> None:
    page = look("/performance")
    page.evaluate("document.documentElement.dataset.build = 'older'; window.stays = true")
    page.get_by_role("link", name="Kenji Mori").click()
    expect(page).to_have_title("Kenji Mori")
    assert not page.evaluate("window.stays")
    page.context.close()


def test_a_server_that_is_gone_is_told_in_the_page(look: Look) -> None:
    page = look("/performance")
    page.route("**/creators/kenji", lambda route: route.abort())
    page.get_by_role("link", name="Kenji Mori").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    page.context.close()


def test_our_own_script_and_style_are_small() -> None:
    files = [web.HERE / "static" / name for name in ("nav.js", "chart.js", "admin.css")]
    assert sum(len(gzip.compress(f.read_bytes(), 9)) for f in files) < BUDGET
