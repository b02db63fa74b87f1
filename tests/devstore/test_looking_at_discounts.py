"""What a discount in Shopify gives is read in words, before and after a merchant changes it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from app.config import Settings
from app.kernel.clock import FixedClock
from app.shopify.admin_api import ShopAPI
from app.shopify.discount_look import DiscountLook
from app.shopify.session_token import verify
from app.wiring import build
from devstore.discount_model import Buys, Discount, DiscountKind
from devstore.model import Shop
from devstore.oauth import mint_id_token
from devstore.payloads.discount import discount_gid
from devstore.server import running
from devstore.state import State
from devstore.verbs import discounts
from devstore.verbs.install import install


@pytest.fixture
def api(settings: Settings, state: State, shop: Shop) -> Iterator[ShopAPI]:
    with running(state) as at:
        ours = replace(
            settings,
            shopify_admin_origin=at.url,
            shopify_api_key=state.app.client_id,
            shopify_api_secret=state.app.client_secret,
        )
        install(state, shop)
        wiring = build(ours, FixedClock(state.now))
        token = verify(
            mint_id_token(state, shop),
            api_key=ours.shopify_api_key,
            secrets=ours.api_secrets,
            now=state.now,
        )
        yield wiring.shop_api(wiring.installer(token, state.now).id)
        wiring.http.close()
        wiring.engine.dispose()


@pytest.fixture
def made(state: State, shop: Shop) -> Discount:
    return discounts.create_discount(state, shop, title="Tribute: Main", value=Decimal(10), code="MARA10")


def gives(api: ShopAPI, made: Discount) -> Mapping[str, str] | None:
    seen = DiscountLook(api).look(discount_gid(made))
    return seen.gives if seen else None


def test_an_edit_shows_in_what_is_read(api: ShopAPI, state: State, shop: Shop, made: Discount) -> None:
    before = gives(api, made)
    assert before is not None
    assert (before["Takes off"], before["Ends"], before["Minimum"]) == ("10 %", "never", "none")
    discounts.update_discount(
        state, shop, made, value=Decimal("12.5"), once_per_customer=True, minimum_subtotal=Decimal(40)
    )
    after = gives(api, made)
    assert after is not None
    assert {key: after[key] for key in after if after[key] != before[key]} == {
        "Takes off": "12.5 %",
        "Once per customer": "yes",
        "Minimum": "a purchase of 40",
    }
    discounts.deactivate_discount(state, shop, made)
    ended = gives(api, made)
    assert ended is not None
    assert ended["Ends"] == f"{state.now:%Y-%m-%d %H:%M} UTC"


def test_an_amount_has_its_currency(api: ShopAPI, state: State, shop: Shop) -> None:
    kind = DiscountKind.FIXED_AMOUNT
    five = discounts.create_discount(state, shop, title="5", value=Decimal("5.50"), kind=kind, code="FIVE")
    seen = gives(api, five)
    assert seen is not None
    assert seen["Takes off"] == f"5.5 {shop.currency}"


def test_a_deleted_discount_is_none(api: ShopAPI, state: State, shop: Shop, made: Discount) -> None:
    discounts.delete_discount(state, shop, made)
    assert gives(api, made) is None


def test_of_buy_and_get_every_amount_is_read(api: ShopAPI, state: State, shop: Shop) -> None:
    product = next(iter(shop.products.values()))
    bought = frozenset(variant.id for variant in product.variants)
    made = discounts.create_discount(
        state, shop, title="2 + 1", value=Decimal(100), kind=DiscountKind.BUY_GET, code="GET1",
        variant_ids=bought, buys=Buys(2, 1, bought, frozenset(), 3),
    )  # fmt: skip
    before = gives(api, made)
    assert before is not None
    assert {name: before[name] for name in ("Takes off", "For buying", "Bought from", "Times per order")} == {
        "Takes off": "100 % on 1 item",
        "For buying": "2 items",
        "Bought from": "chosen products",
        "Times per order": "3",
    }
    discounts.update_discount(
        state, shop, made, value=Decimal(50), buys=Buys(1, 1, bought, frozenset(), None)
    )
    after = gives(api, made)
    assert after is not None
    assert {name for name in after if after[name] != before[name]} == {
        "Takes off", "For buying", "Times per order",
    }  # fmt: skip


def test_codes_are_counted_and_read_by_pages(api: ShopAPI, state: State, shop: Shop, made: Discount) -> None:
    for first in (0, 150):
        job = discounts.add_codes(state, shop, made, [f"C{n:03}" for n in range(first, first + 150)])
        while not job.done:
            discounts.look_at_import(state, shop, job)
    seen = DiscountLook(api).look(discount_gid(made))
    assert seen is not None
    assert seen.codes == len(set(DiscountLook(api).codes(discount_gid(made)))) == 301
