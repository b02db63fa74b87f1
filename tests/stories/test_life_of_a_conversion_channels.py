"""Orders from the till, from a draft, from a subscription, in another currency; and the end of the hold."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from devstore.order_model import DiscountRequest
from devstore.verbs.create_shop import update_shop
from devstore.verbs.refund_order import refund_order
from devstore.verbs.renew_subscription import renew_subscription
from devstore.visit_model import Visit
from tests.stories.life import PATIENCE, Life, life

__all__ = ["life"]


def test_a_sale_at_the_till_with_a_code_is_credited(life: Life) -> None:
    order = life.order(source_name="pos", visit=Visit(), email=None)
    life.comes_to(order, 1200, status="pending")


def test_a_draft_order_is_credited_by_a_code_and_not_by_a_manual_discount_of_that_name(life: Life) -> None:
    credited = life.order(source_name="shopify_draft_order")
    manual = DiscountRequest("manual", "MARA10", Decimal(9))
    posing = life.house.order(discounts=[manual], source_name="shopify_draft_order")
    life.comes_to(credited, 1200, status="pending")
    life.arrives(posing)
    life.comes_to(posing, 0, status="unqualified")


def test_a_renewal_carries_no_code_and_is_nobodys_though_its_first_order_was(life: Life) -> None:
    first = life.order(life.line(selling_plan_id=77))
    life.comes_to(first, 1200, status="pending")
    renewal = renew_subscription(life.state, life.shop, first)
    life.arrives(renewal)
    life.comes_to(renewal, 0, status="unqualified")


def test_an_order_of_nothing_at_all_is_reckoned_without_a_fuss(life: Life) -> None:
    order = life.order(life.line("0.00"))
    life.arrives(order)
    life.comes_to(order, 0)


@pytest.fixture
def in_yen(life: Life) -> Iterator[None]:
    update_shop(life.state, life.shop, currency="JPY")
    life.house.until(lambda: life.house.context.currency == "JPY", "the shop's new currency", PATIENCE)
    yield
    update_shop(life.state, life.shop, currency="EUR")
    life.house.until(lambda: life.house.context.currency == "EUR", "the shop's old currency", PATIENCE)


def test_orders_stay_in_the_currency_they_were_placed_in(life: Life, request: pytest.FixtureRequest) -> None:
    old = life.order(life.line("50.00", 2))
    life.comes_to(old, 1200)
    request.getfixturevalue("in_yen")
    new = life.order(life.line("10000"))
    life.comes_to(new, 1200, status="pending")
    refund_order(life.state, life.shop, old, lines={old.lines[0].id: 1})
    life.comes_to(old, 600)
    assert (life.told(old)["net_sales"], life.told(new)["net_sales"]) == (
        {"minor": 5000, "currency": "EUR"},
        {"minor": 10000, "currency": "JPY"},
    )


def test_after_the_hold_it_is_payable_and_a_later_refund_leaves_a_debt(life: Life) -> None:
    order = life.order(life.line("50.00", 2))
    life.comes_to(order, 1200)
    life.state.clock.move(timedelta(days=29, hours=23))
    life.house.matured()
    assert life.stands(order) == (1200, 0)
    life.state.clock.move(timedelta(hours=1))
    life.house.matured()
    life.comes_to(order, 0, 1200, status="approved")
    refund_order(life.state, life.shop, order, lines={order.lines[0].id: 2})
    life.comes_to(order, 0, 0, status="reversed")
