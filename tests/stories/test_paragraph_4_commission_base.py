"""Semantics 4: what a commission stands on, on an order with everything that may not count."""

from decimal import Decimal
from typing import Any

import pytest

from app.flows.explain import explain
from app.kernel.errors import NotFound
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.verbs.place_order import place_order
from tests.stories.house import House


@pytest.fixture
def shop(house: House) -> House:
    house.set_terms(rate="10", discount="10")
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    return house


def bought(house: House, *lines: tuple[str, int], **more: Any) -> Order:
    wanted = [LineRequest(house.shop.product_by_handle(h).variants[0].id, units) for h, units in lines]
    return place_order(house.state, house.shop, OrderRequest(lines=wanted, codes=["MARA10"], **more))


def record(house: House, order: Order) -> dict[str, Any]:
    def known() -> bool:
        with house.wiring.shop_session(house.shop_id) as session:
            try:
                return bool(explain(session, str(order.id), house.state.now)["credits"])
            except NotFound:
                return False

    house.until(known, f"the order {order.id} judged")
    with house.wiring.shop_session(house.shop_id) as session:
        return explain(session, str(order.id), house.state.now)


def test_shipping_tips_gift_cards_tax_and_discounts_are_not_in_the_base(shop: House) -> None:
    """Serum 48.00 twice less 10 %, with 21 % tax inside: 86.40 / 1.21 = 71.40. Nothing else earns."""
    order = bought(shop, ("serum", 2), ("gift-card", 1), shipping=Decimal("4.95"), tip=Decimal("7.00"))
    assert order.taxes_included
    told = record(shop, order)
    (credit,) = told["credits"]
    assert [line["title"] for line in credit["lines"]] == ["Radiance Serum"]
    assert credit["base"] == {"minor": 7140, "currency": "EUR"}
    assert credit["commission"] == {"minor": 714, "currency": "EUR"}


def test_paying_with_a_gift_card_does_not_lower_the_base(shop: House) -> None:
    by_card, by_gift = bought(shop, ("serum", 1)), bought(shop, ("serum", 1), gateway="gift_card")
    base = record(shop, by_card)["credits"][0]["base"]
    assert base["minor"] > 0
    assert record(shop, by_gift)["credits"][0]["base"] == base


def test_a_shopper_who_pays_in_dollars_earns_the_creator_the_shops_euros(shop: House) -> None:
    in_euros, in_dollars = bought(shop, ("serum", 3)), bought(shop, ("serum", 3), presentment_currency="USD")
    assert record(shop, in_dollars)["credits"][0]["base"] == record(shop, in_euros)["credits"][0]["base"]


def test_each_line_is_rounded_once_and_the_sum_is_what_is_shown(shop: House) -> None:
    told = record(shop, bought(shop, ("lip-balm", 3), ("hand-cream", 1), ("eye-cream", 2)))
    (credit,) = told["credits"]
    assert credit["commission"]["minor"] == sum(line["commission"]["minor"] for line in credit["lines"])
    for line in credit["lines"]:
        assert line["commission"]["minor"] == round(Decimal(line["base"]["minor"]) / 10)
