"""Our side of the Admin API against the devstore, which executes the real schema."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.campaigns.discount import USUAL, DiscountKind
from app.campaigns.model import Discount
from app.config import Settings
from app.flows.code_terms import Terms
from app.kernel.clock import FixedClock
from app.kernel.ids import OrderId
from app.shopify import discounts
from app.shopify.admin_api import ShopAPI
from app.shopify.discounts import CodeTaken
from app.shopify.errors import NotInstalled
from app.shopify.order_reread import fetch_order
from app.shopify.session_token import verify
from app.shops import store
from app.shops.model import ShopRecord
from app.wiring import Wiring, build
from devstore.model import Shop
from devstore.oauth import mint_id_token
from devstore.order_model import LineRequest, OrderRequest
from devstore.server import running
from devstore.state import State
from devstore.verbs.discounts import create_discount
from devstore.verbs.install import install
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order


@pytest.fixture
def app(settings: Settings, state: State, shop: Shop) -> Iterator[Wiring]:
    with running(state) as at:
        ours = replace(
            settings,
            shopify_admin_origin=at.url,
            shopify_api_key=state.app.client_id,
            shopify_api_secret=state.app.client_secret,
        )
        install(state, shop)
        wiring = build(ours, FixedClock(state.now))
        yield wiring
        wiring.http.close()
        wiring.engine.dispose()


@pytest.fixture
def record(app: Wiring, state: State, shop: Shop) -> ShopRecord:
    return connect(app, state, shop)


def percent_off(title: str, percent: int) -> Terms:
    return Terms(
        title,
        DiscountKind.PERCENT,
        Discount.of_percent(Decimal(percent)),
        USUAL,
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def connect(app: Wiring, state: State, shop: Shop) -> ShopRecord:
    raw = mint_id_token(state, shop)
    now = app.clock.now()
    token = verify(raw, api_key=app.settings.shopify_api_key, secrets=app.settings.api_secrets, now=now)
    return app.installer(token, now)


@pytest.fixture
def api(app: Wiring, record: ShopRecord) -> ShopAPI:
    return app.shop_api(record.id)


def now(app: Wiring) -> datetime:
    return app.clock.now()


def test_installing_learns_who_the_shop_is(record: ShopRecord, shop: Shop) -> None:
    assert (record.domain, record.currency, record.timezone) == (shop.domain, shop.currency, shop.timezone)
    assert {"write_discounts", "read_products"} <= record.scopes


def test_a_shop_without_the_app_cannot_be_connected(app: Wiring, state: State, shop: Shop) -> None:
    raw = mint_id_token(state, shop)
    shop.install = None
    token = verify(raw, api_key=app.settings.shopify_api_key, secrets=app.settings.api_secrets, now=now(app))
    with pytest.raises(NotInstalled, match="Tribute is not installed"):
        app.installer(token, now(app))


def test_an_expired_token_is_refreshed_and_the_new_pair_is_used(
    app: Wiring, record: ShopRecord, state: State
) -> None:
    first = app.tokens.access_token(record.id)
    state.clock.move(timedelta(hours=2))
    assert isinstance(app.clock, FixedClock)
    app.clock.at = state.now
    second = app.tokens.access_token(record.id)
    assert second != first
    assert app.tokens.access_token(record.id) == second
    assert discounts.find_code(app.shop_api(record.id), "NOBODY") is None


def test_the_pixel_is_switched_on_and_home_can_say_so(app: Wiring, record: ShopRecord) -> None:
    (job,) = (j for j in app.jobs if j.name == "shop.switch_on_pixel")
    job.handler(shop_id=record.id)
    job.handler(shop_id=record.id)
    with app.platform_session() as session:
        pixel = store.get(session, record.id).setup["web_pixel"]
    assert pixel["gid"].startswith("gid://shopify/WebPixel/")
    assert pixel["problem"] is None


def test_a_code_is_created_found_again_and_never_twice(app: Wiring, api: ShopAPI, shop: Shop) -> None:
    assert discounts.find_code(api, "MARA10") is None
    made = discounts.create_discount(api, percent_off("Tribute main", 10), "MARA10", starts_at=now(app))
    again = discounts.create_discount(api, percent_off("Tribute main", 10), "MARA10", starts_at=now(app))
    found = discounts.find_code(api, "mara10")
    assert found is not None
    assert again == made
    assert (found.discount_gid, found.is_active, found.is_ours) == (made.discount_gid, True, True)
    assert found.redeem_code_gid == made.redeem_code_gid
    found_there = shop.redeem_code("MARA10")
    assert found_there is not None
    assert found_there[0].title == "Tribute main"


def test_a_code_of_the_merchant_is_left_alone(app: Wiring, api: ShopAPI, state: State, shop: Shop) -> None:
    create_discount(state, shop, title="Summer", value=Decimal(5), code="SUMMER")
    with pytest.raises(CodeTaken, match="'summer' already belongs to the discount 'Summer' of this shop"):
        discounts.create_discount(api, percent_off("Tribute", 10), "summer", starts_at=now(app))


def test_many_codes_are_added_at_once_and_each_has_its_own_outcome(app: Wiring, api: ShopAPI) -> None:
    made = discounts.create_discount(api, percent_off("Tribute", 15), "FIRST15", starts_at=now(app))
    bulk = discounts.add_codes(api, made.discount_gid, ["ANNA15", "FIRST15", *(f"N{i}" for i in range(120))])
    status = discounts.bulk_status(api, bulk)
    while not status.done:
        status = discounts.bulk_status(api, bulk)
    by_code = {result.code: result for result in status.codes}
    assert len(by_code) == 122
    assert by_code["ANNA15"].redeem_code_gid is not None
    assert by_code["ANNA15"].failure is None
    assert by_code["FIRST15"].redeem_code_gid is None
    assert by_code["FIRST15"].failure


def test_a_removed_code_is_free_and_the_others_stay(app: Wiring, api: ShopAPI) -> None:
    made = discounts.create_discount(api, percent_off("Tribute", 15), "STAY15", starts_at=now(app))
    bulk = discounts.add_codes(api, made.discount_gid, ["LEAVE15"])
    while not (status := discounts.bulk_status(api, bulk)).done:
        continue
    gid = status.codes[0].redeem_code_gid
    assert gid is not None
    discounts.remove_codes(api, made.discount_gid, [gid])
    assert discounts.find_code(api, "LEAVE15") is None
    assert discounts.find_code(api, "STAY15") is not None


def test_terms_change_and_a_discount_ends_without_losing_its_codes(
    app: Wiring, api: ShopAPI, shop: Shop
) -> None:
    made = discounts.create_discount(api, percent_off("Tribute", 10), "TERMS", starts_at=now(app))
    discounts.update_discount(api, made.discount_gid, percent_off("Tribute 20", 20), named={})
    there = shop.redeem_code("TERMS")
    assert there is not None
    assert (there[0].title, there[0].value) == ("Tribute 20", Decimal(20))
    discounts.deactivate(api, made.discount_gid)
    found = discounts.find_code(api, "TERMS")
    assert found is not None
    assert not found.is_active


def test_an_order_is_read_whole_with_more_lines_than_a_page_holds(
    api: ShopAPI, state: State, shop: Shop
) -> None:
    variant = next(v for product in shop.products.values() for v in product.variants)
    lines = [LineRequest(variant.id, price=Decimal(1 + n)) for n in range(60)]
    placed = place_order(state, shop, OrderRequest(lines))
    refund_order(state, shop, placed, lines={line.id: 1 for line in placed.lines[:55]})
    order = fetch_order(api, OrderId(placed.id))
    assert order is not None
    assert order["id"] == f"gid://shopify/Order/{placed.id}"
    assert len({line["id"] for line in order["lineItems"]["nodes"]}) == 60
    (refund,) = order["refunds"]
    assert len({line["lineItem"]["id"] for line in refund["refundLineItems"]["nodes"]}) == 55
    assert {(t["kind"], t["status"]) for t in order["transactions"]} == {
        ("SALE", "SUCCESS"),
        ("REFUND", "SUCCESS"),
    }


def test_an_order_that_does_not_exist_is_nothing(api: ShopAPI) -> None:
    assert fetch_order(api, OrderId(1)) is None
