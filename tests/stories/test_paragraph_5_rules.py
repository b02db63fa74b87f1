"""Semantics 5: what an order earns. The most specific rule wins a line; counters run from the next order on; caps cut.

An offer that changes, with its notice: test_an_offer_changes. Fees, bonuses and hybrid agreements:
test_e52_hybrid_agreements. Each rule and condition at its borders: tests/pure/test_rules.py.
"""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.flows.apply_plan import read
from devstore.order_model import LineRequest, Order
from devstore.seed import LUMEN
from tests.stories.life import Life, life

__all__ = ["life"]

CODES = {"ines": "INES10", "theo": "THEO5"}


def terms(life: Life) -> dict[str, Any]:
    """Ines earns by product and customer, at most 40.00 an order; Theo 5 %, and 10 % after two orders."""

    def of(product: str) -> list[dict[str, Any]]:
        return [{"kind": "product", "ids": [str(life.shop.product_by_handle(product).id)]}]

    rules = [
        {"kind": "percent", "rate": "0.10"},
        {"kind": "percent", "rate": "0.15", "when": [{"kind": "customer", "is": "new"}]},
        {"kind": "percent", "rate": "0.25", "when": of("serum")},
        {"kind": "per_item", "amount": "2.00", "when": of("lip-balm")},
        {"kind": "cap", "per": "order", "amount": "40.00"},
    ]
    steps = [{"from": "0", "rate": "0.05"}, {"from": "2", "rate": "0.10"}]
    tier = {"kind": "tier", "over": "lifetime", "by": "orders", "steps": steps}
    return {
        "shop": LUMEN,
        "currency": "EUR",
        "timezone": "Europe/Amsterdam",
        "programs": [
            {"handle": handle, "offer": {"effective_from": "2020-01-01", "rules": held}}
            for handle, held in (("ines", rules), ("theo", [tier]))
        ],
        "creators": [{"handle": h, "program": h, "codes": [code]} for h, code in CODES.items()],
    }


@pytest.fixture(scope="module")
def shop(life: Life) -> Life:
    house = life.house
    plan = read(json.dumps(terms(life)).encode())
    house.wiring.applier(plan, offline=False, reprice=False, now=house.state.now)
    return life


def of(shop: Life, product: str, price: str = "100.00", quantity: int = 1) -> LineRequest:
    return LineRequest(shop.shop.product_by_handle(product).variants[0].id, quantity, Decimal(price))


def lines(shop: Life, order: Order) -> list[tuple[str | None, int]]:
    """(rule, minor units) of each line of the order's only credit."""
    (credit,) = shop.told(order)["credits"]
    return [(line["rule"], line["commission"]["minor"]) for line in credit["lines"]]


def test_each_line_is_earned_by_its_most_specific_rule_and_the_cap_cuts_the_sum(shop: Life) -> None:
    basket = [of(shop, "serum"), of(shop, "eye-cream"), of(shop, "lip-balm", "10.00", 2)]
    order = shop.order(*basket, code="INES10", email="first@shopper.example")
    shop.comes_to(order, 4000)
    *sold, cut = shop.told(order)["credits"][0]["lines"]
    assert [(line["title"], line["commission"]["minor"]) for line in sold] == [
        ("Radiance Serum", 2500), (sold[1]["title"], 1500), (sold[2]["title"], 400),
    ]  # fmt: skip
    assert (cut["rule"], cut["commission"]["minor"], bool(cut["note"])) == ("cap", -400, True)


def test_a_new_customer_earns_more_than_the_same_one_when_they_return(shop: Life) -> None:
    orders = [
        shop.order(of(shop, "eye-cream"), code="INES10", email="twice@shopper.example") for _ in range(2)
    ]
    for order, earned in zip(orders, (1500, 1000), strict=True):
        shop.comes_to(order, earned)


def test_a_tier_begins_with_the_order_after_the_one_that_reached_it(shop: Life) -> None:
    orders = [shop.order(code="THEO5", email=f"tier{n}@shopper.example") for n in range(4)]
    for order, earned in zip(orders, (500, 500, 1000, 1000), strict=True):
        shop.comes_to(order, earned)
    assert "2" in shop.told(orders[2])["credits"][0]["lines"][0]["note"]
