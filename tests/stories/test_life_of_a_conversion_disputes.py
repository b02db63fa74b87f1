"""A shopper asks the bank for the money back: the commission waits, and follows what the bank decides."""

from decimal import Decimal

import pytest

from app.shopify.optional_topics import DISPUTES as SCOPE
from devstore.order_model import Order
from devstore.verbs.dispute_order import move_dispute, open_dispute
from devstore.verbs.install import set_scopes
from devstore.verbs.refund_order import refund_order
from tests.stories.life import PATIENCE, Life, life

__all__ = ["life"]


@pytest.fixture(scope="module", autouse=True)
def listening(life: Life) -> None:
    """The merchant has granted the optional scope, and the app has subscribed itself."""
    install = life.shop.install
    assert install is not None
    set_scopes(life.state, life.shop, install.scopes | {SCOPE})
    wanted = {"disputes/create", "disputes/update"}
    life.house.until(
        lambda: {one.topic for one in life.state.subscriptions} == wanted, "both topics subscribed", PATIENCE
    )


def disputed(life: Life, amount: str | None = None, kind: str = "chargeback") -> Order:
    order = life.order(life.line("50.00", 2))
    life.comes_to(order, 1200)
    open_dispute(life.state, life.shop, order, type=kind, amount=Decimal(amount) if amount else None)
    life.comes_to(order, 1200, status="flagged")
    return order


def decide(life: Life, order: Order, status: str) -> None:
    move_dispute(life.state, life.shop, order, order.disputes[0], status)


@pytest.mark.parametrize("kind", ["chargeback", "inquiry"])
def test_an_open_dispute_flags_its_own_commission_and_a_won_one_releases_it(life: Life, kind: str) -> None:
    other = life.order()
    order = disputed(life, kind=kind)
    assert "disputed" in life.told(order)["credits"][0]["flags"]
    decide(life, order, "under_review")
    life.comes_to(order, 1200, status="flagged")
    decide(life, order, "won")
    life.comes_to(order, 1200, status="pending")
    life.comes_to(other, 1200, status="pending")


def test_a_lost_dispute_takes_the_whole_commission(life: Life) -> None:
    order = disputed(life)
    decide(life, order, "lost")
    life.comes_to(order, 0, status="reversed")


def test_a_dispute_over_a_part_takes_that_part_when_it_is_lost(life: Life) -> None:
    order = disputed(life, "25.00")
    decide(life, order, "lost")
    life.comes_to(order, 900, status="pending")


def test_what_was_refunded_and_what_was_lost_end_at_nothing_together(life: Life) -> None:
    order = disputed(life, "50.00")
    decide(life, order, "lost")
    life.comes_to(order, 600)
    refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1}, paid=Decimal(50))
    life.comes_to(order, 0, status="reversed")


def test_an_inquiry_that_becomes_a_chargeback_stays_flagged_until_it_is_accepted(life: Life) -> None:
    order = disputed(life, kind="inquiry")
    decide(life, order, "chargeback")
    life.comes_to(order, 1200, status="flagged")
    decide(life, order, "accepted")
    life.comes_to(order, 0, status="reversed")


def test_a_dispute_that_was_settled_by_a_refund_takes_nothing_more(life: Life) -> None:
    order = disputed(life)
    decide(life, order, "prevented")
    life.comes_to(order, 1200, status="pending")


def test_disputes_that_come_shuffled_and_repeated_end_the_same(life: Life) -> None:
    life.state.switches.delivery.shuffle = True
    life.state.switches.delivery.duplicate_share = 1.0
    life.state.switches.delivery.paused = True
    lost, won = life.order(), life.order()
    for order, outcome in ((lost, "lost"), (won, "won")):
        open_dispute(life.state, life.shop, order)
        for status in ("under_review", outcome):
            move_dispute(life.state, life.shop, order, order.disputes[0], status)
    life.state.switches.delivery.paused = False
    life.house.devstore.courier.wake()
    life.comes_to(lost, 0, status="reversed")
    life.comes_to(won, 1200, status="pending")
    life.state.switches.delivery.shuffle = False
    life.state.switches.delivery.duplicate_share = 0.0
