"""The Polaris stand-in at Shopify's address, in a real browser, against small pages."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from devstore.pages_cdn import polaris_script

SCRIPT = "https://cdn.shopify.com/shopifycloud/polaris-1.js"
Show = Callable[[str], Page]


@pytest.fixture
def warnings_seen(page: Page) -> list[str]:
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text) if message.type == "warning" else None)
    return seen


@pytest.fixture
def show(page: Page, warnings_seen: list[str]) -> Iterator[Show]:
    """Open a page with this body; an error of the scripts fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.route(SCRIPT, lambda route: route.fulfill(body=polaris_script(), content_type="text/javascript"))

    def open_body(body: str) -> Page:
        html = f'<!doctype html><html lang="en"><head><title>t</title><script src="{SCRIPT}"></script></head>'
        html += f"<body><main>{body}</main></body></html>"

        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html")

        page.route("http://app.test/**", answer)
        page.goto("http://app.test/settings")
        return page

    yield open_body
    assert errors == []


FORM = """
<form id="f">
  <s-text-field label="Name" name="name" value="Mara"></s-text-field>
  <s-number-field label="Rate" name="rate" value="12" suffix="%"></s-number-field>
  <s-money-field label="Bonus" name="bonus" value="5.00" currencycode="EUR"></s-money-field>
  <s-email-field label="E-mail" name="email"></s-email-field>
  <s-date-field label="Start" name="start" value="2026-11-22"></s-date-field>
  <s-text-area label="Note" name="note" value="Hello"></s-text-area>
  <s-select label="Program" name="program">
    <s-option value="main">Main</s-option><s-option value="vip" selected>VIP</s-option>
  </s-select>
  <s-checkbox label="Mails" name="mails" value="yes" checked></s-checkbox>
  <s-switch label="Active" name="active"></s-switch>
  <s-choice-list label="Kind" name="kind">
    <s-choice value="percent" selected>Percent</s-choice><s-choice value="flat">Flat</s-choice>
  </s-choice-list>
  <s-button type="submit">Save</s-button><s-button type="reset">Discard</s-button>
</form>"""

AS_RENDERED = [
    ["name", "Mara"], ["rate", "12"], ["bonus", "5.00"], ["email", ""], ["start", "2026-11-22"],
    ["note", "Hello"], ["program", "vip"], ["mails", "yes"], ["kind", "percent"],
]  # fmt: skip


def sent(page: Page) -> list[list[str]]:
    data: list[list[str]] = page.evaluate("[...new FormData(document.querySelector('#f'))]")
    return data


def change_everything(page: Page) -> None:
    page.get_by_label("Name").fill("Noor")
    page.get_by_label("Program").select_option("main")
    page.get_by_label("Mails").uncheck()
    page.get_by_label("Active").check()
    page.get_by_label("Flat").check()


def test_every_field_sends_the_value_that_the_server_rendered(show: Show) -> None:
    assert sent(show(FORM)) == AS_RENDERED


def test_what_a_person_enters_is_sent(show: Show) -> None:
    page = show(FORM)
    change_everything(page)
    changed = {"name": "Noor", "program": "main", "active": "on", "kind": "flat"}
    expected = {**{name: value for name, value in AS_RENDERED if name != "mails"}, **changed}
    assert dict(sent(page)) == expected


def test_reset_returns_to_what_the_server_rendered(show: Show) -> None:
    page = show(FORM)
    change_everything(page)
    page.get_by_role("button", name="Discard").click()
    assert sent(page) == AS_RENDERED
    expect(page.get_by_label("Name")).to_have_value("Mara")


def test_a_submit_button_and_the_enter_key_submit_the_form_once_each(show: Show) -> None:
    page = show(FORM)
    page.evaluate("""() => { window.submits = 0; document.querySelector('#f').addEventListener('submit', (event) => {
        event.preventDefault(); window.submits += 1; }); }""")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Name").press("Enter")
    assert page.evaluate("window.submits") == 2


def test_a_disabled_field_is_not_sent_and_a_disabled_button_does_nothing(show: Show) -> None:
    page = show("""<form id="f"><s-text-field label="Code" name="code" value="X" disabled></s-text-field>
        <s-button type="submit" disabled>Save</s-button></form>""")
    page.evaluate(
        "document.querySelector('#f').addEventListener('submit', () => { window.submitted = true; })"
    )
    page.evaluate("document.querySelector('s-button').click()")
    assert sent(page) == []
    assert page.evaluate("window.submitted") is None


def test_an_error_is_told_to_people_who_do_not_see_it(show: Show) -> None:
    page = show('<s-number-field label="Rate" error="At most 100"></s-number-field>')
    field = page.get_by_label("Rate")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("At most 100")


def test_an_error_that_arrives_later_keeps_what_was_typed(show: Show) -> None:
    page = show('<s-text-field label="Code" value="A"></s-text-field>')
    page.get_by_label("Code").fill("MARA10")
    page.evaluate("document.querySelector('s-text-field').error = 'Taken'")
    expect(page.get_by_label("Code")).to_have_value("MARA10")
    expect(page.get_by_text("Taken")).to_be_visible()


def test_input_and_change_are_heard_outside_the_element(show: Show) -> None:
    page = show('<s-text-field label="Name"></s-text-field>')
    page.evaluate("""() => { window.heard = []; for (const type of ['input', 'change'])
        document.addEventListener(type, (event) => window.heard.push(type + ':' + event.target.value)); }""")
    page.get_by_label("Name").fill("M")
    page.get_by_label("Name").blur()
    assert page.evaluate("window.heard") == ["input:M", "change:M"]


def test_a_modal_opens_by_command_keeps_the_focus_inside_and_closes_with_escape(show: Show) -> None:
    page = show("""<s-button commandfor="m" command="--show">Remove</s-button>
        <s-modal id="m" heading="Remove Mara?"><s-button slot="primary-action">Yes</s-button></s-modal>""")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog", name="Remove Mara?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_the_real_elements_would_ignore_is_said_in_the_console(
    show: Show, warnings_seen: list[str]
) -> None:
    show(
        '<s-form></s-form><s-page inlinesize="huge"><s-badge tone="loud" slot="nowhere">B</s-badge></s-page>'
    )
    told = "\n".join(warnings_seen)
    assert "<s-form> is no Polaris element" in told
    assert '<s-page inlinesize="huge"> is not one of the allowed values' in told
    assert '<s-badge tone="loud"> is not one of the allowed values' in told
    assert '<s-page> has no slot "nowhere"' in told


def test_a_page_that_uses_the_elements_as_documented_raises_no_warning(
    show: Show, warnings_seen: list[str]
) -> None:
    show(f'<s-page heading="Settings"><s-section heading="Form">{FORM}</s-section></s-page>')
    assert warnings_seen == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_elements_have_no_accessibility_violations(show: Show, width: int) -> None:
    page = show(f"""<s-page heading="Settings"><s-button slot="primary-action">Export</s-button>
        <s-banner tone="warning" heading="Off" dismissible>Clicks are not counted.</s-banner>
        <s-section heading="Form">{FORM}<s-button loading>Wait</s-button><s-spinner></s-spinner></s-section>
        <s-section heading="Words"><s-paragraph color="subdued">Text <s-link href="/x">link</s-link></s-paragraph>
        <s-badge tone="success">Active</s-badge><s-badge tone="warning">Paused</s-badge><s-badge>Draft</s-badge>
        <s-unordered-list><s-list-item>One</s-list-item></s-unordered-list></s-section></s-page>""")
    page.set_viewport_size({"width": width, "height": 900})
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in violations] == []


def test_right_to_left_pages_fit_a_phone(show: Show) -> None:
    page = show(f'<s-page heading="Settings"><s-section heading="Form">{FORM}</s-section></s-page>')
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_elements_need_no_unsafe_content_security_policy(page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.route(SCRIPT, lambda route: route.fulfill(body=polaris_script(), content_type="text/javascript"))
    policy = "default-src 'none'; script-src https://cdn.shopify.com; style-src 'self'; img-src data:"
    html = f'<!doctype html><script src="{SCRIPT}"></script><s-page heading="Settings">{FORM}<s-spinner></s-spinner></s-page>'

    def answer(route: Route) -> None:
        route.fulfill(body=html, headers={"Content-Type": "text/html", "Content-Security-Policy": policy})

    page.route("http://strict.test/**", answer)
    page.goto("http://strict.test/")
    expect(page.get_by_label("Name")).to_have_value("Mara")
    assert refused == []
