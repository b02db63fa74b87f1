"""The door of the pages, with a fake shop register and a fake installer behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app.db.session import ShopSession
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.shopify.errors import NotInstalled, StaleIDToken
from app.shopify.session_token import IDToken
from app.shops.model import ShopRecord, Status
from app.shops.staff import Role
from app.web.audience import Audience, UndeclaredAudienceError, audience, every_route
from app.web.auth import auth
from app.web.errors import answer_errors
from app.web.guard import RETRY, Gate, protect
from tests.conftest import NOW
from tests.pretend_shopify import API_KEY, SECRET, SHOP, id_token

SHOP_RECORD = ShopRecord(
    id=ShopId(7),
    domain=SHOP,
    status=Status.INSTALLED,
    name="Lumen",
    currency="EUR",
    timezone="Europe/Amsterdam",
    installed_at=NOW,
    authorized_at=NOW,
    offline=False,
    scopes=frozenset(),
    creator_word="creator",
    visit_days=425,
    setup={},
)


@dataclass
class Register:
    """The shops that are known, and what installing does."""

    shop: ShopRecord | None = SHOP_RECORD
    refusal: Exception | None = None
    installed: list[IDToken] = field(default_factory=list)

    def find(self, domain: str) -> ShopRecord | None:
        return self.shop if self.shop and self.shop.domain == domain else None

    def install(self, token: IDToken, now: datetime) -> ShopRecord:
        self.installed.append(token)
        if self.refusal is not None:
            raise self.refusal
        return replace(SHOP_RECORD, authorized_at=now)


def no_session(shop_id: ShopId) -> ShopSession:
    raise AssertionError(f"nobody asked for a session of {shop_id}")


@pytest.fixture
def register() -> Register:
    return Register()


def make_app(register: Register, admin_origin: str | None = None) -> Flask:
    app = Flask("app.web")
    gate = Gate(
        api_key=API_KEY,
        secrets=(SECRET,),
        cdn_origin="https://cdn.shopify.com",
        admin_origin=admin_origin,
        clock=FixedClock(NOW),
        find_shop=register.find,
        install=register.install,
        open_session=no_session,
        url="https://tribute.example",
        meet=lambda *_: None,
        role_of=lambda *_: Role.OWNER,
    )
    protect(app, gate)
    answer_errors(app)
    app.register_blueprint(auth)
    add_pages(app)
    return app


def add_pages(app: Flask) -> None:
    @app.route("/creators", methods=["GET", "POST"])
    @audience(Audience.MERCHANT)
    def creators() -> str:
        return f"<p>{g.shop.domain} {g.shop.user_id} {g.shop.locale}</p>"

    @app.get("/control")
    @audience(Audience.DEVONLY)
    def control() -> str:
        return "here"


@pytest.fixture
def browser(register: Register) -> FlaskClient:
    return make_app(register).test_client()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_document_opened_by_the_admin_is_let_in_by_the_token_in_its_address(browser: FlaskClient) -> None:
    page = browser.get(f"/creators?id_token={id_token(NOW)}&shop={SHOP}&locale=nl")
    assert (page.status_code, page.text) == (200, f"<p>{SHOP} 42 nl</p>")


@pytest.mark.parametrize(
    ("sent", "locale"), [("pt-BR", "pt-BR"), ("zh-Hant-TW", "zh-Hant-TW"), ("<b>", "en"), ("", "en")]
)
def test_the_language_is_the_admins_and_never_just_any_text(
    browser: FlaskClient, sent: str, locale: str
) -> None:
    page = browser.get("/creators", query_string={"locale": sent}, headers=bearer(id_token(NOW)))
    assert page.text == f"<p>{SHOP} 42 {locale}</p>"


def test_every_page_may_be_framed_by_its_own_shop_only_and_is_never_kept(browser: FlaskClient) -> None:
    page = browser.get("/creators", headers=bearer(id_token(NOW)))
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors https://{SHOP} https://admin.shopify.com;" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "app-bridge.js>; rel=preload; as=script" in page.headers["Link"]


def test_beside_the_devstore_its_admin_may_frame_too(register: Register) -> None:
    page = (
        make_app(register, "http://127.0.0.1:9").test_client().get("/creators", headers=bearer(id_token(NOW)))
    )
    assert (
        "frame-ancestors https://lumen.myshopify.com https://admin.shopify.com http://127.0.0.1:9;"
        in (page.headers["Content-Security-Policy"])
    )


def test_a_document_without_a_token_goes_over_the_bounce_page_and_comes_back(browser: FlaskClient) -> None:
    away = browser.get(f"/creators?sort=name&shop={SHOP}&host=YWJj&hmac=x&id_token=stale&session=y")
    assert away.status_code == 302
    address = urlsplit(away.headers["Location"])
    given = parse_qs(address.query)
    assert address.path == "/auth/bounce"
    assert given["shop"] == [SHOP]
    assert given["host"] == ["YWJj"]
    assert given["shopify-reload"] == [f"/creators?sort=name&shop={SHOP}&host=YWJj"]
    page = browser.get(away.headers["Location"])
    assert f'<meta name="shopify-shop" content="{SHOP}">' in page.text
    assert 'src="https://cdn.shopify.com/shopifycloud/app-bridge.js"' in page.text
    assert f"frame-ancestors https://{SHOP} " in page.headers["Content-Security-Policy"]


def test_the_bounce_page_works_without_a_shop_and_believes_in_no_false_one(browser: FlaskClient) -> None:
    for query in ("shopify-reload=/", "shopify-reload=/&shop=evil.example", 'shop="><script>'):
        page = browser.get(f"/auth/bounce?{query}")
        assert page.status_code == 200
        assert "shopify-shop" not in page.text
        assert "frame-ancestors https://admin.shopify.com;" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "x", "/a%0Ab"]
)
def test_the_bounce_page_leads_to_no_other_site(browser: FlaskClient, target: str) -> None:
    page = browser.get(f"/auth/bounce?shopify-reload={target}")
    assert page.status_code == 422
    assert "is not a page of this app" in page.text


FETCHES: dict[str, Callable[[FlaskClient], Any]] = {
    "an expired token": lambda b: b.get(
        "/creators", headers=bearer(id_token(datetime(2026, 1, 1, tzinfo=NOW.tzinfo)))
    ),
    "a forged token": lambda b: b.get("/creators", headers=bearer(id_token(NOW, secret="x" * 40))),
    "another scheme": lambda b: b.get("/creators", headers={"Authorization": "Basic eDp5"}),
    "no token": lambda b: b.get("/creators", headers={"Sec-Fetch-Dest": "empty"}),
    "a form posted without a script": lambda b: b.post("/creators"),
    "a write with its token in the address": lambda b: b.post(f"/creators?id_token={id_token(NOW)}"),
    "a fetch with its token in the address": lambda b: b.get(
        f"/creators?id_token={id_token(NOW)}", headers={"X-Requested-With": "XMLHttpRequest"}
    ),
}


@pytest.mark.parametrize("case", FETCHES)
def test_app_bridge_is_asked_for_a_fresh_token_and_nothing_happens(
    browser: FlaskClient, register: Register, case: str
) -> None:
    answer = FETCHES[case](browser)
    assert (answer.status_code, answer.headers[RETRY]) == (401, "1")
    assert register.installed == []


def test_a_write_with_a_token_of_app_bridge_is_let_in(browser: FlaskClient) -> None:
    assert browser.post("/creators", headers=bearer(id_token(NOW))).status_code == 200


@pytest.mark.parametrize(
    "shop",
    [
        None,
        replace(SHOP_RECORD, status=Status.UNINSTALLED),
        replace(SHOP_RECORD, status=Status.NEEDS_REAUTH),
        replace(SHOP_RECORD, status=Status.REDACTED),
        replace(SHOP_RECORD, authorized_at=None, offline=True),
    ],
    ids=["unknown", "uninstalled", "needs_reauth", "redacted", "registered offline"],
)
def test_a_shop_that_is_not_connected_is_connected_on_first_sight(shop: ShopRecord | None) -> None:
    register = Register(shop)
    raw = id_token(NOW)
    page = make_app(register).test_client().get("/creators", headers=bearer(raw))
    assert page.status_code == 200
    assert [t.raw for t in register.installed] == [raw]


def test_a_connected_shop_is_not_connected_again(browser: FlaskClient, register: Register) -> None:
    browser.get("/creators", headers=bearer(id_token(NOW)))
    assert register.installed == []


def test_a_token_too_old_to_be_exchanged_is_asked_for_again() -> None:
    page = (
        make_app(Register(None, StaleIDToken(SHOP)))
        .test_client()
        .get("/creators", headers=bearer(id_token(NOW)))
    )
    assert (page.status_code, page.headers[RETRY]) == (401, "1")


def test_a_shop_without_the_app_gets_a_sentence() -> None:
    page = (
        make_app(Register(None, NotInstalled(SHOP)))
        .test_client()
        .get("/creators", headers=bearer(id_token(NOW)))
    )
    assert page.status_code == 403
    assert f"Tribute is not installed in {SHOP}." in page.text


def test_errors_are_json_for_those_who_ask_for_it() -> None:
    browser = make_app(Register(None, NotInstalled(SHOP))).test_client()
    answer = browser.get("/creators", headers={**bearer(id_token(NOW)), "Accept": "application/json"})
    assert answer.get_json()["error"]["title"] == "Tribute is not installed"


def test_a_fault_of_ours_shows_no_trace_and_no_secret() -> None:
    app = make_app(Register(None, RuntimeError(f"boom {SECRET}")))
    page = app.test_client().get("/creators", headers=bearer(id_token(NOW)))
    assert page.status_code == 500
    assert "This is a fault of ours." in page.text
    assert SECRET not in page.text
    assert "Traceback" not in page.text


def test_an_unknown_page_says_so(browser: FlaskClient) -> None:
    page = browser.get("/nowhere", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "There is no page &#39;/nowhere&#39;." in page.text


def test_what_is_for_development_exists_only_beside_the_devstore(register: Register) -> None:
    assert make_app(register).test_client().get("/control").status_code == 404
    assert make_app(register, "http://127.0.0.1:9").test_client().get("/control").text == "here"


def test_a_route_that_does_not_say_whom_it_is_for_is_refused_and_found(register: Register) -> None:
    app = make_app(register)
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    assert app.test_client().get("/forgotten", headers=bearer(id_token(NOW))).status_code == 500
    with pytest.raises(UndeclaredAudienceError, match="'forgotten' declares no audience"):
        list(every_route(app))
