"""App Bridge's stand-in in the dev admin, with a cross-site frame, as the app will meet it."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import jwt
import pytest
from flask import Response
from playwright.sync_api import Page, expect

from devstore.pages_embed import STAFF
from tests.devstore.pages_world import SECRET, AppPages, Open, Pages

RETRY = "X-Shopify-Retry-Invalid-Session-Request"


def fetch(page: Page, path: str) -> int:
    frame = page.frames[1]
    status: int = frame.evaluate("async (path) => (await fetch(path)).status", path)
    return status


def test_the_first_address_carries_what_shopify_sends(
    page: Page, pages: Pages, app_pages: AppPages, open_app: Open
) -> None:
    open_app(query="?range=month")
    assert app_pages.seen[0].path == "/settings"
    query = app_pages.seen[0].args
    assert set(query) == {
        "range", "embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp",
    }  # fmt: skip
    assert (query["shop"], query["embedded"], query["range"]) == ("lumen.myshopify.com", "1", "month")


def test_the_first_address_is_signed_with_the_apps_secret(app_pages: AppPages, open_app: Open) -> None:
    open_app(query="?range=month")
    query = app_pages.seen[0].args.to_dict()
    signature = query.pop("hmac")
    message = urlencode(sorted(query.items())).encode()
    assert signature == hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()


def test_a_fetch_carries_a_fresh_id_token_of_the_person_at_the_desk(
    page: Page, pages: Pages, app_pages: AppPages, open_app: Open
) -> None:
    open_app()
    assert fetch(page, "/numbers") == 200
    headers = app_pages.requests_of("/numbers")[0].headers
    token = headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(
        token,
        SECRET,
        ["HS256"],
        audience="devstore-client-id",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims["dest"] == "https://lumen.myshopify.com"
    assert claims["iss"] == "https://lumen.myshopify.com/admin"
    assert claims["sub"] == str(STAFF["owner"].id)
    assert claims["exp"] - claims["iat"] == 60
    assert (headers["X-Requested-With"], headers["Accept-Language"]) == ("XMLHttpRequest", "en")


def test_a_refused_token_is_tried_again_once_with_a_new_one(
    page: Page, app_pages: AppPages, open_app: Open
) -> None:
    open_app()
    app_pages.answers["/numbers"] = Response(status=401, headers={RETRY: "1"})
    assert fetch(page, "/numbers") == 401
    tokens = [one.headers["Authorization"] for one in app_pages.requests_of("/numbers")]
    assert len(tokens) == 2
    assert tokens[0] != tokens[1]


def test_a_body_survives_the_second_try(page: Page, app_pages: AppPages, open_app: Open) -> None:
    open_app()
    app_pages.answers["/save"] = Response(status=401, headers={RETRY: "1"})
    page.frames[1].evaluate("fetch('/save', { method: 'POST', body: new URLSearchParams({ name: 'Mara' }) })")
    assert [one.form["name"] for one in app_pages.requests_of("/save")] == ["Mara", "Mara"]


def test_an_authorization_of_the_page_itself_is_left_alone(
    page: Page, app_pages: AppPages, open_app: Open
) -> None:
    open_app()
    page.frames[1].evaluate("fetch('/numbers', { headers: { Authorization: 'Basic x' } })")
    assert app_pages.requests_of("/numbers")[0].headers["Authorization"] == "Basic x"


def test_a_reauthorize_answer_takes_the_whole_window_there(
    page: Page, pages: Pages, app_pages: AppPages, open_app: Open
) -> None:
    open_app()
    there = f"{pages.url}/store/lumen/orders"
    app_pages.answers["/numbers"] = Response(
        status=401, headers={"X-Shopify-API-Request-Failure-Reauthorize-Url": there}
    )
    page.frames[1].evaluate("void fetch('/numbers')")
    expect(page.get_by_role("heading", name="Orders", level=1)).to_be_visible()


def test_a_menu_click_clicks_the_pages_own_link_so_that_its_navigation_runs(
    page: Page, app_pages: AppPages, open_app: Open
) -> None:
    open_app("""<h1>Settings</h1><script>document.addEventListener('click', (event) => {
        const link = event.target.closest('a[href], s-link[href]');
        if (!link) return;
        event.preventDefault();
        history.pushState({}, '', link.getAttribute('href'));
        document.querySelector('h1').textContent = 'Swapped to ' + link.getAttribute('href');
    });</script>""")
    loads = len(app_pages.seen)
    page.get_by_role("link", name="Creators").click()
    expect(page.frame_locator("#app-frame").get_by_text("Swapped to /creators")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/creators") + "$"))
    assert len(app_pages.seen) == loads


def test_back_returns_in_the_frame_and_in_the_address(page: Page, open_app: Open) -> None:
    open_app()
    page.frames[1].evaluate("history.pushState({}, '', '/creators')")
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/creators") + "$"))
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/settings") + "$"))


def test_a_link_nobody_handles_loads_a_document_without_the_admins_parameters(
    page: Page, app_pages: AppPages, open_app: Open
) -> None:
    frame = open_app('<a href="/creators?id_token=x&shop=y&host=z&sort=name">All</a>')
    frame.get_by_role("link", name="All").click()
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/creators?sort=name") + "$"))
    assert app_pages.requests_of("/creators")[0].query_string == b"sort=name"


def test_the_bounce_page_becomes_its_target_with_a_token(
    page: Page, pages: Pages, app_pages: AppPages, html: Callable[[str], str]
) -> None:
    app_pages.html["*"] = html("<p>The real page</p>")
    app_pages.html["/auth/bounce"] = html("")
    page.goto(f"{pages.url}/store/lumen/apps/tribute/auth/bounce?shopify-reload=%2Fcreators%3Fsort%3Dname")
    expect(page.frame_locator("#app-frame").get_by_text("The real page")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape("/apps/tribute/creators?sort=name") + "$"))
    asked = app_pages.requests_of("/creators")[0].headers
    assert asked["X-Shopify-Bounce"] == "1"
    assert asked["Authorization"].startswith("Bearer ")
    assert fetch(page, "/numbers") == 200
    assert len(app_pages.requests_of("/numbers")) == 1


def test_a_bounce_to_another_site_is_refused(
    page: Page, pages: Pages, app_pages: AppPages, html: Callable[[str], str]
) -> None:
    app_pages.html["*"] = html("")
    page.goto(
        f"{pages.url}/store/lumen/apps/tribute/auth/bounce?shopify-reload=https%3A%2F%2Fevil.example%2F"
    )
    expect(page.get_by_text("shopify-reload leads to another site: https://evil.example")).to_be_visible()


def test_scopes_extensions_and_the_user_are_answered(page: Page, open_app: Open) -> None:
    open_app()
    told = page.frames[1].evaluate(
        "async () => [await shopify.scopes.query(), await shopify.app.extensions(), await shopify.user()]"
    )
    assert told[0]["granted"] == ["read_orders", "write_discounts"]
    assert told[1][0]["activations"][0]["status"] == "active"
    assert told[2]["accountOwner"] is True


def test_optional_scopes_are_granted_when_the_merchant_agrees(
    page: Page, pages: Pages, open_app: Open
) -> None:
    pages.state.app = replace(pages.state.app, optional_scopes=frozenset({"write_draft_orders"}))
    open_app()
    page.on("dialog", lambda dialog: dialog.accept())
    ask = "shopify.scopes.request(['write_draft_orders']).then((answer) => answer.result)"
    assert page.frames[1].evaluate(ask) == "granted-all"
    assert pages.shop.install is not None
    assert "write_draft_orders" in pages.shop.install.scopes


def test_a_scope_the_toml_does_not_name_is_refused(page: Page, pages: Pages, open_app: Open) -> None:
    open_app()
    page.on("dialog", lambda dialog: dialog.accept())
    ask = "shopify.scopes.request(['write_orders']).catch((error) => error.message)"
    assert "write_orders: not an optional scope" in page.frames[1].evaluate(ask)


def test_what_the_stand_in_does_not_have_refuses_by_name(page: Page, open_app: Open) -> None:
    open_app()
    said = page.frames[1].evaluate("shopify.resourcePicker().catch((error) => error.message)")
    assert said == "The App Bridge stand-in does not have shopify.resourcePicker."


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ('<meta name="shopify-shop" content="x.myshopify.com"><script src="{0}"></script>', "no API key"),
        ('<meta name="shopify-api-key" content="k"><script src="{0}"></script>', "no shop"),
        ('<script async data-api-key="k" src="{0}"></script>', "plain blocking script"),
    ],
)
def test_a_page_that_loads_it_wrongly_is_told_why(
    page: Page, pages: Pages, app_pages: AppPages, head: str, complaint: str
) -> None:
    app_pages.html["*"] = f"<!doctype html>{head.format(pages.url + '/shopifycloud/app-bridge.js')}"
    with page.expect_event("pageerror") as error:
        page.goto(f"{app_pages.url}/direct")
    assert complaint in error.value.message
