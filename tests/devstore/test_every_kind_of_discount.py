"""Discounts of every kind as we create them, redeemed at the pretend checkout: allocations as Shopify makes them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.campaigns.model import OfferTerms
from app.flows.apply_cells import Cell
from app.flows.apply_discount import discount
from app.flows.code_terms import Terms
from app.shopify.discount_input import FORMS, written
from devstore.graphql.context import Context
from devstore.graphql.discount_kinds import basic_create, buy_get_create, free_shipping_create
from devstore.model import Refused, Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.verbs.place_order import place_order

CREATE = {
    "discountCodeBasic": basic_create,
    "discountCodeFreeShipping": free_shipping_create,
    "discountCodeBxgy": buy_get_create,
}


def offers(state: State, shop: Shop, file: dict[str, Any], code: str = "MARA") -> list[dict[str, Any]]:
    """Create the discount that a file describes; the answer's user errors."""
    taken_off, given = discount(Cell("discount", file), shop.currency)
    kind = OfferTerms(30, taken_off, (), given=given).discount_kind
    terms = Terms("Tribute", kind, taken_off, given, datetime(2026, 1, 1, tzinfo=UTC))
    form = FORMS[kind]
    sent = {"code": code, "startsAt": terms.starts_at.isoformat(), **written(terms, {})}
    context = Context(state, shop, frozenset(), "")
    answer = CREATE[form.field](context, **{form.variable: sent})
    errors: list[dict[str, Any]] = answer["userErrors"]
    return errors


def buys(state: State, shop: Shop, *lines: tuple[int, int], codes: tuple[str, ...] = ("MARA",)) -> Order:
    asked = [LineRequest(variant, quantity) for variant, quantity in lines]
    return place_order(state, shop, OrderRequest(lines=asked, codes=list(codes), email="noor@example.com"))


def off(order: Order) -> list[Decimal]:
    return [sum((one.amount for one in line.allocations), Decimal(0)) for line in order.lines]


@pytest.fixture
def shelf(shop: Shop) -> list[tuple[int, int]]:
    """(product, variant) of the serum for 48.00 and of the night serum for 56.00."""
    found = [shop.product_by_handle(handle) for handle in ("serum", "night-serum")]
    return [(product.id, product.variants[0].id) for product in found]


def test_an_amount_off_everything_is_spread_over_the_lines(
    state: State, shop: Shop, shelf: list[tuple[int, int]]
) -> None:
    assert offers(state, shop, {"amount": "10.01"}) == []
    order = buys(state, shop, (shelf[0][1], 1), (shelf[1][1], 1))
    # 48 : 56 of 10.01 is 4.62 : 5.39.
    assert off(order) == [Decimal("4.62"), Decimal("5.39")]
    (applied,) = order.discount_applications
    assert (applied.allocation_method, applied.target_selection) == ("across", "all")


def test_what_names_products_comes_off_their_lines_only(
    state: State, shop: Shop, shelf: list[tuple[int, int]]
) -> None:
    offers(state, shop, {"amount": "3", "each_item": True, "products": [str(shelf[1][0])]})
    order = buys(state, shop, (shelf[0][1], 1), (shelf[1][1], 2))
    assert off(order) == [Decimal(0), Decimal("6.00")]
    (applied,) = order.discount_applications
    assert (applied.allocation_method, applied.target_selection) == ("each", "entitled")
    with pytest.raises(Refused, match="is for other products"):
        buys(state, shop, (shelf[0][1], 1))


def test_free_shipping_takes_the_shipping_line_and_nothing_else(
    state: State, shop: Shop, shelf: list[tuple[int, int]]
) -> None:
    offers(state, shop, {"free_shipping": True, "minimum": {"quantity": 2}})
    with pytest.raises(Refused, match="needs 2 items; these are 1"):
        buys(state, shop, (shelf[0][1], 1))
    order = buys(state, shop, (shelf[0][1], 2))
    (parcel,) = order.shipping_lines
    assert (off(order), parcel.price, parcel.discounted_price) == ([Decimal(0)], Decimal("4.95"), Decimal(0))
    assert order.discount_applications[0].target_type == "shipping_line"


def test_two_bought_get_the_cheapest_for_free(state: State, shop: Shop, shelf: list[tuple[int, int]]) -> None:
    both = [str(product) for product, _ in shelf]
    buy = {"quantity": 2, "get": 1, "products": both, "per_order": 1}
    assert offers(state, shop, {"percent": "100", "products": both, "buy": buy}) == []
    with pytest.raises(Refused, match="needs 2 items bought and 1 to get"):
        buys(state, shop, (shelf[0][1], 2))
    order = buys(state, shop, (shelf[0][1], 2), (shelf[1][1], 4))
    assert off(order) == [Decimal("48.00"), Decimal(0)]


def test_a_limit_and_a_minimum_hold_and_codes_stand_together_only_when_both_say_so(
    state: State, shop: Shop, shelf: list[tuple[int, int]]
) -> None:
    offers(state, shop, {"percent": "10", "minimum": {"amount": "50"}, "usage_limit": 1})
    with pytest.raises(Refused, match=r"needs a basket of 50"):
        buys(state, shop, (shelf[0][1], 1))
    buys(state, shop, (shelf[1][1], 1))
    with pytest.raises(Refused, match="used up"):
        buys(state, shop, (shelf[1][1], 1))
    offers(state, shop, {"percent": "10", "combines_with": ["shipping"]}, "TEN")
    offers(state, shop, {"free_shipping": True, "combines_with": ["order"]}, "FREE")
    order = buys(state, shop, (shelf[0][1], 1), codes=("TEN", "FREE"))
    assert (off(order), order.shipping_lines[0].discounted_price) == ([Decimal("4.80")], Decimal(0))


def test_products_that_are_not_there_are_refused_in_shopifys_words(state: State, shop: Shop) -> None:
    errors = offers(state, shop, {"percent": "10", "products": ["999"]})
    assert [error["message"] for error in errors] == ["Discount must apply to existing products"]
    assert shop.redeem_code("MARA") is None
