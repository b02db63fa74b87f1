"""From the first request of a merchant to a shop that is connected."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.config import Settings
from app.kernel.clock import FixedClock
from app.kernel.errors import Invalid
from app.shopify.errors import NotInstalled, ShopifyDown, StaleIDToken
from app.shops import store
from app.shops.model import Status
from app.wiring import Wiring
from tests.conftest import NOW
from tests.pretend_shopify import SECRET, SHOP, PretendShopify, shop_answer
from tests.rooms.shopify_side import connected_app, opened


@pytest.fixture
def shopify() -> PretendShopify:
    return PretendShopify()


@pytest.fixture
def app(settings: Settings, shopify: PretendShopify) -> Iterator[Wiring]:
    with connected_app(settings, shopify) as wiring:
        yield wiring


def later(app: Wiring, by: timedelta) -> None:
    assert isinstance(app.clock, FixedClock)
    app.clock.at += by


def test_the_first_request_exchanges_its_token_and_writes_the_shop_down(
    app: Wiring, shopify: PretendShopify
) -> None:
    token = opened(app)
    shop = app.installer(token, NOW)
    assert (shop.domain, shop.name, shop.currency, shop.timezone) == (
        SHOP,
        "Lumen",
        "EUR",
        "Europe/Amsterdam",
    )
    assert shop.is_connected
    assert shop.installed_at == NOW
    assert shop.scopes == frozenset({"read_orders", "write_discounts"})
    (exchange,) = shopify.asked_for("path", f"/shops/{SHOP}/admin/oauth/access_token")
    assert (exchange["subject_token"], exchange["expiring"]) == (token.raw, "1")
    assert app.tokens.access_token(shop.id) == "access-1"


def test_no_token_and_no_key_lies_in_the_database_in_the_clear(app: Wiring) -> None:
    shop = app.installer(opened(app), NOW)
    with app.shop_session(shop.id) as session:
        row = session.execute(text("select access_token, refresh_token from shop_tokens")).one()
        key = store.shop_key(session, app.vault, shop.id)
        sealed = session.execute(text("select shop_key from shops")).scalar_one()
    assert key is not None
    assert len(key) == 32
    assert key not in sealed
    assert b"access-1" not in bytes(row.access_token)
    assert b"refresh-1" not in bytes(row.refresh_token)


def test_opening_it_again_after_an_uninstall_resumes_the_same_tenant(app: Wiring) -> None:
    first = app.installer(opened(app), NOW)
    with app.shop_session(first.id) as session, session.begin():
        key = store.shop_key(session, app.vault, first.id)
        store.change(session, first.id, status=Status.UNINSTALLED, uninstalled_at=NOW)
        store.delete_tokens(session, first.id)
    later(app, timedelta(hours=5))
    again = app.installer(opened(app), app.clock.now())
    assert (again.id, again.installed_at) == (first.id, NOW)
    assert again.authorized_at == NOW + timedelta(hours=5)
    assert app.tokens.access_token(first.id) == "access-2"
    with app.shop_session(first.id) as session:
        assert store.shop_key(session, app.vault, first.id) == key


def test_opening_it_again_after_it_was_erased_begins_a_new_tenant(app: Wiring) -> None:
    first = app.installer(opened(app), NOW)
    with app.shop_session(first.id) as session, session.begin():
        store.change(session, first.id, status=Status.REDACTED, redacted_at=NOW, shop_key=None)
    second = app.installer(opened(app), NOW)
    with app.platform_session() as platform:
        old = store.get(platform, first.id)
    assert second.id != first.id
    assert (old.status, old.domain) == (Status.REDACTED, f"{SHOP}#{first.id}")


def test_what_is_to_be_done_after_an_install_is_deferred_once_and_only_if_somebody_does_it(
    app: Wiring,
) -> None:
    without_backfill = replace(app.installer, jobs=frozenset({"shop.switch_on_pixel"}))
    without_backfill(opened(app), NOW)
    with app.platform_session() as session:
        names = session.execute(text("select task_name from procrastinate_jobs")).scalars().all()
    assert names == ["shop.switch_on_pixel"]
    app.installer(opened(app), NOW)
    app.installer(opened(app), NOW)
    with app.platform_session() as session:
        names = session.execute(text("select task_name from procrastinate_jobs order by id")).scalars().all()
    assert names == ["shop.switch_on_pixel", "shop.backfill"]


@pytest.mark.parametrize(
    ("status", "error", "refusal"),
    [
        (400, "invalid_subject_token", StaleIDToken),
        (400, "invalid_client", NotInstalled),
        (503, "", ShopifyDown),
    ],
)
def test_a_refused_exchange_leaves_nothing_behind_and_names_no_secret(
    app: Wiring, shopify: PretendShopify, status: int, error: str, refusal: type[Exception]
) -> None:
    shopify.token_answer = lambda _body: (status, {}, {"error": error})
    token = opened(app)
    with pytest.raises(refusal) as caught:
        app.installer(token, NOW)
    assert SHOP in str(caught.value)
    assert SECRET not in str(caught.value)
    assert token.raw not in str(caught.value)
    with app.platform_session() as session:
        assert store.find_by_domain(session, SHOP) is None


def test_a_shop_in_a_currency_nobody_can_count_in_is_refused(app: Wiring, shopify: PretendShopify) -> None:
    def strange(_body: object, _token: str) -> tuple[int, dict[str, str], object]:
        status, headers, answer = shop_answer()
        answer["data"]["shop"]["currencyCode"] = "XXX"
        return status, headers, answer

    shopify.graphql = strange
    with pytest.raises(Invalid, match="'XXX' is not a currency"):
        app.installer(opened(app), NOW)


def test_shopify_being_away_is_said_as_such(app: Wiring) -> None:
    nowhere = replace(app.settings, shopify_admin_origin="http://127.0.0.1:1")
    unreachable = Wiring(nowhere, app.clock)
    with pytest.raises(ShopifyDown, match="could not be asked about lumen"):
        unreachable.installer(opened(app), NOW)
    unreachable.engine.dispose()
