"""The portal in a real browser: accessible, narrow, without scripts, and by a passkey."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from app.web.app import create_app
from app.web.portal.application import create_portal
from app.wiring import Wiring, build
from tests.conftest import PATIENCE_MS
from tests.web.conftest import _Quiet
from tests.web.creator import MARA, mailed_link, work
from tests.web.demo_shop import ORDER_ID
from tests.web.serving import free_port
from tests.web.shop import Shop
from tests.web.test_browser import complaints, wider_than_the_window

PAGES = (
    "", "/sales", f"/sales/{ORDER_ID}", "/links", "/earnings", "/payouts", "/payouts/1", "/details", "/account", "/profile",
    "/terms", "/messages", "/security", "/data", "/tax",
)  # fmt: skip


@dataclass(frozen=True)
class Served:
    """The portal with the files beside it, as one origin."""

    url: str
    wiring: Wiring
    shop_id: int


@pytest.fixture
def served(wiring: Wiring, world: Shop) -> Iterator[Served]:
    port = free_port()
    # Browsers keep passkeys for names, not for numbers.
    url = f"http://localhost:{port}"
    own = build(replace(wiring.settings, url=url), wiring.clock)
    vars(own)["engine"] = wiring.engine
    server = make_server("127.0.0.1", port, _both(own), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(url, own, world.shop_id)
    server.shutdown()
    thread.join()
    server.server_close()


def _both(wiring: Wiring) -> WSGIApplication:
    """As app.wsgi does: the portal by its path, everything else to the admin's pages."""
    portal, pages = create_portal(wiring, proxies=0), create_app(wiring)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = portal if environ["PATH_INFO"].startswith("/portal") else pages
        return chosen(environ, start_response)

    return answer


def signed_in(browser: Browser, served: Served, **how: object) -> Page:
    context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 900}, **how})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{served.url}/portal/sign-in")
    page.get_by_label("E-mail").fill(MARA)
    page.get_by_role("button", name="Send me a link").click()
    page.wait_for_url("**/sent")
    work(served.wiring)
    page.goto(f"{served.url}/portal/enter/{mailed_link(served.wiring, served.shop_id, MARA)}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/lumen/mara")
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser, served: Served, width: int
) -> None:
    page = signed_in(browser, served, viewport={"width": width, "height": 844})
    found, wide = {}, []
    for path in PAGES:
        page.goto(f"{served.url}/portal/lumen/mara{path}")
        found[path] = complaints(page)
        wide += [path] if wider_than_the_window(page) else []
    for path in ("/portal/sign-in?again=1", "/portal/sign-in/sent", "/portal/enter/x"):
        page.goto(served.url + path)
        found[path] = complaints(page)
    assert {path: told for path, told in found.items() if told} == {}
    assert wide == []


def test_a_page_that_is_mirrored_is_as_accessible(browser: Browser, served: Served) -> None:
    page = signed_in(browser, served, viewport={"width": 390, "height": 844})
    page.get_by_label("Language").select_option("ar")
    page.wait_for_function("document.documentElement.dir === 'rtl'")
    for path in ("", "/sales", "/earnings", "/details"):
        page.goto(f"{served.url}/portal/lumen/mara{path}")
        assert complaints(page) == []
        assert not wider_than_the_window(page)


def test_everything_is_read_without_a_script(browser: Browser, served: Served) -> None:
    page = signed_in(browser, served, java_script_enabled=False)
    for path in PAGES:
        page.goto(f"{served.url}/portal/lumen/mara{path}")
        assert page.locator("h1").count() == 1, path
    page.goto(f"{served.url}/portal/lumen/mara/links")
    page.get_by_label("Page of the store").fill("/products/serum?from=test")
    page.get_by_role("button", name="Make the link").click()
    assert page.get_by_text("/products/serum?from=test").count() == 1


def test_a_script_of_ours_breaks_no_policy_and_copies(browser: Browser, served: Served) -> None:
    page = signed_in(browser, served, permissions=["clipboard-read", "clipboard-write"])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(f"{served.url}/portal/lumen/mara{path}")
    page.goto(f"{served.url}/portal/lumen/mara/links")
    page.get_by_role("button", name="Copy MARA10").click()
    assert page.evaluate("navigator.clipboard.readText()") == "MARA10"
    assert said == []


def with_device(context: BrowserContext, page: Page) -> None:
    """A device that has keys and whose owner always agrees."""
    talk = context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_signs_in_and_is_removed(browser: Browser, served: Served) -> None:
    page = signed_in(browser, served)
    with_device(page.context, page)
    security = f"{served.url}/portal/lumen/mara/security"
    page.goto(security)
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/security?done=added")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in?done=signed_out")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/portal/lumen/mara")
    page.goto(security)
    assert page.get_by_text("· last used").count() == 1
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/security?done=removed")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in?done=signed_out")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("could not be checked").wait_for()
