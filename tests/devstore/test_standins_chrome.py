"""What a page of the app lends to the admin around it: title bar, side menu, save bar, toasts, modals."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.devstore.pages_world import Open


def test_the_side_menu_shows_the_pages_links_without_home(page: Page, open_app: Open) -> None:
    open_app()
    assert page.locator("#app-menu a").all_inner_texts() == ["Creators", "Settings"]
    expect(page.get_by_role("link", name="Settings")).to_have_attribute("aria-current", "page")


def test_heading_and_actions_move_to_the_title_bar(page: Page, open_app: Open) -> None:
    frame = open_app("""<s-page heading="Performance">
        <s-link slot="breadcrumb-actions" href="/">Home</s-link>
        <s-button slot="secondary-actions" onclick="document.title = 'compared'">Compare</s-button>
        <s-button slot="primary-action" onclick="document.querySelector('p').textContent = 'Exported'">
          Export CSV</s-button><p>Nothing yet</p></s-page>""")
    expect(page.get_by_role("heading", name="Performance", level=1)).to_be_visible()
    expect(frame.get_by_role("button", name="Export CSV")).to_be_hidden()
    expect(frame.get_by_role("heading", name="Performance")).to_be_hidden()
    page.get_by_role("button", name="Export CSV").click()
    expect(frame.get_by_text("Exported")).to_be_visible()


def test_a_change_of_the_heading_reaches_the_title_bar(page: Page, open_app: Open) -> None:
    open_app('<s-page heading="Before"></s-page>')
    page.frames[1].evaluate("document.querySelector('s-page').setAttribute('heading', 'After')")
    expect(page.get_by_role("heading", name="After", level=1)).to_be_visible()


SETTINGS = """<form data-save-bar data-discard-confirmation>
  <s-text-field label="Name" name="name" value="Mara"></s-text-field></form>
  <a href="/creators">Leave</a><output></output>
  <script>document.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    document.querySelector('output').textContent = 'saved ' + new FormData(event.target).get('name');
  });</script>"""


def test_a_change_shows_the_save_bar_and_save_submits_the_form(page: Page, open_app: Open) -> None:
    frame = open_app(SETTINGS)
    bar = page.get_by_role("region", name="Unsaved changes")
    expect(bar).to_be_hidden()
    frame.get_by_label("Name").fill("Noor")
    bar.get_by_role("button", name="Save").click()
    expect(frame.get_by_text("saved Noor")).to_be_visible()
    expect(bar).to_be_hidden()


def test_discard_asks_first_and_then_puts_the_old_values_back(page: Page, open_app: Open) -> None:
    frame = open_app(SETTINGS)
    frame.get_by_label("Name").fill("Noor")
    page.get_by_role("button", name="Discard", exact=True).click()
    page.get_by_role("button", name="Continue editing").click()
    expect(frame.get_by_label("Name")).to_have_value("Noor")
    page.get_by_role("button", name="Discard", exact=True).click()
    page.get_by_role("button", name="Discard changes").click()
    expect(frame.get_by_label("Name")).to_have_value("Mara")


@pytest.mark.parametrize("where", ["in the page", "in the app's menu", "in the admin"])
def test_unsaved_changes_stop_every_way_out_and_shake_the_bar(page: Page, open_app: Open, where: str) -> None:
    frame = open_app(SETTINGS)
    frame.get_by_label("Name").fill("Noor")
    expect(page.locator("#savebar")).to_be_visible()
    ways = {
        "in the page": frame.get_by_role("link", name="Leave"),
        "in the app's menu": page.get_by_role("link", name="Creators"),
        "in the admin": page.get_by_role("link", name="Orders"),
    }
    ways[where].click()
    expect(page.locator("#savebar")).to_contain_class("shake")
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/settings") + "$"))


def test_toast_and_loading_are_shown_by_the_admin(page: Page, open_app: Open) -> None:
    open_app()
    page.frames[1].evaluate("() => { shopify.toast.show('Creator saved'); shopify.loading(true); }")
    expect(page.get_by_text("Creator saved")).to_be_visible()
    expect(page.locator("#loading")).to_be_visible()
    page.frames[1].evaluate("shopify.loading(false)")
    expect(page.locator("#loading")).to_be_hidden()


def test_a_modal_darkens_the_admin_around_the_frame(page: Page, open_app: Open) -> None:
    frame = open_app('<s-modal id="m" heading="Remove Mara?">Sure?</s-modal>')
    page.frames[1].evaluate("shopify.modal.show('m')")
    expect(frame.get_by_role("dialog", name="Remove Mara?")).to_be_visible()
    expect(page.locator("body")).to_contain_class("under-modal")
    page.frames[1].evaluate("shopify.modal.hide('m')")
    expect(page.locator("body")).not_to_contain_class("under-modal")
