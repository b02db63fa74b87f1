"""The life of a conversion, told by a pretend Shopify: payment, refund, return, edit, cancellation, exchange.

Each story ends with what the ledger holds for its own order. A commission is 12 % of the lines.
"""

from decimal import Decimal

import pytest

from devstore.verbs.archive_order import archive_order, reopen_order
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.edit_order import edit_order
from devstore.verbs.fulfil_order import fulfil_order
from devstore.verbs.move_money import fail_payment, pay_order, release_authorization
from devstore.verbs.refund_order import fail_refund, refund_order, settle_refund
from devstore.verbs.return_order import cancel_return, close_return, open_return, process_return
from tests.stories.life import Life, life

__all__ = ["life"]


def test_an_unpaid_order_awaits_payment_and_accrues_when_it_is_paid(life: Life) -> None:
    order = life.order(payment="pending")
    life.comes_to(order, 0, status="awaiting_payment")
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")


def test_an_order_paid_in_parts_earns_in_proportion_by_what_graphql_says(life: Life) -> None:
    order = life.order(life.line("33.33", 3), payment="partially_paid", paid_amount=Decimal("33.33"))
    life.comes_to(order, 400, status="pending")
    assert life.told(order)["paid_at"] is None
    pay_order(life.state, life.shop, order, amount=Decimal("0.01"))
    life.comes_to(order, 400)
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")
    assert life.told(order)["paid_at"] is not None


def test_an_authorized_order_waits_until_it_is_captured(life: Life) -> None:
    order = life.order(payment="authorized")
    life.comes_to(order, 0, status="awaiting_payment")
    pay_order(life.state, life.shop, order, amount=Decimal(25))
    life.comes_to(order, 300)
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")


@pytest.mark.parametrize("expire", [False, True])
def test_an_authorization_that_is_voided_or_expires_earns_nothing(life: Life, *, expire: bool) -> None:
    order = life.order(payment="authorized")
    release_authorization(life.state, life.shop, order, expire=expire)
    life.comes_to(order, 0, status="awaiting_payment")


def test_a_payment_that_fails_earns_nothing(life: Life) -> None:
    order = life.order(payment="pending")
    fail_payment(life.state, life.shop, order)
    life.comes_to(order, 0, status="awaiting_payment")


def test_refunds_of_single_units_end_at_exactly_nothing(life: Life) -> None:
    order = life.order(life.line("0.99", 3), life.line("33.33"))
    whole = 36 + 400
    life.comes_to(order, whole)
    first, second = order.lines
    for units, left in ((1, 24 + 400), (2, 12 + 400), (3, 400)):
        refund_order(life.state, life.shop, order, lines={first.id: 1})
        life.comes_to(order, left)
        assert units == first.refunded
    refund_order(life.state, life.shop, order, lines={second.id: 1})
    life.comes_to(order, 0, status="reversed")


def test_a_refund_of_shipping_alone_takes_nothing_back(life: Life) -> None:
    order = life.order(shipping=Decimal(7))
    refund_order(life.state, life.shop, order, shipping=Decimal(7))
    life.comes_to(order, 1200)


def test_money_back_out_of_goodwill_takes_nothing_back(life: Life) -> None:
    order = life.order()
    refund_order(life.state, life.shop, order, paid=Decimal(9))
    life.comes_to(order, 1200)


def test_a_refund_that_pays_less_than_its_lines_follows_the_lines(life: Life) -> None:
    order = life.order(life.line("50.00", 2))
    refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1}, paid=Decimal(9))
    life.comes_to(order, 600)


def test_a_pending_refund_follows_its_lines_at_once_and_nothing_is_posted_twice(life: Life) -> None:
    order = life.order(life.line("50.00", 2))
    refund = refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1}, pending=True)
    life.comes_to(order, 600)
    settle_refund(life.state, life.shop, order, refund)
    life.comes_to(order, 600)


def test_a_refund_whose_payment_fails_still_brought_the_goods_back(life: Life) -> None:
    order = life.order(life.line("50.00", 2))
    refund = refund_order(life.state, life.shop, order, lines={order.lines[0].id: 1}, pending=True)
    fail_refund(life.state, life.shop, order, refund)
    life.comes_to(order, 600)


def test_a_return_takes_nothing_back_until_it_is_processed(life: Life) -> None:
    order = life.order(life.line("50.00", 2))
    fulfil_order(life.state, life.shop, order)
    back = open_return(life.state, life.shop, order, {order.lines[0].id: 1})
    life.comes_to(order, 1200)
    process_return(life.state, life.shop, order, back)
    close_return(life.state, life.shop, order, back)
    life.comes_to(order, 600)


def test_a_return_that_is_called_off_changes_nothing(life: Life) -> None:
    order = life.order()
    fulfil_order(life.state, life.shop, order)
    cancel_return(
        life.state, life.shop, order, open_return(life.state, life.shop, order, {order.lines[0].id: 1})
    )
    life.comes_to(order, 1200)


def test_a_return_without_money_back_still_takes_the_commission_back(life: Life) -> None:
    order = life.order()
    fulfil_order(life.state, life.shop, order)
    back = open_return(life.state, life.shop, order, {order.lines[0].id: 1})
    process_return(life.state, life.shop, order, back, paid=Decimal(0))
    life.comes_to(order, 0, status="reversed")


def test_an_exchange_earns_on_what_the_shopper_got_instead(life: Life) -> None:
    order = life.order(life.line("100.00"))
    fulfil_order(life.state, life.shop, order)
    back = open_return(life.state, life.shop, order, {order.lines[0].id: 1})
    process_return(life.state, life.shop, order, back, exchange=[life.line("60.00")])
    life.comes_to(order, 720, status="pending")


def test_an_exchange_for_something_dearer_waits_for_the_difference(life: Life) -> None:
    order = life.order(life.line("100.00"))
    fulfil_order(life.state, life.shop, order)
    back = open_return(life.state, life.shop, order, {order.lines[0].id: 1})
    process_return(life.state, life.shop, order, back, exchange=[life.line("200.00")])
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 2400)


def test_an_edit_takes_units_away_adds_lines_and_discounts_them(life: Life) -> None:
    order = life.order(life.line("50.00", 2), payment="pending")
    edit_order(life.state, life.shop, order, set_quantity={order.lines[0].id: 1}, add=[life.line("20.00")])
    edit_order(life.state, life.shop, order, discounts={order.lines[1].id: Decimal(10)})
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 600 + 120)


def test_a_line_added_after_payment_earns_as_far_as_it_is_paid_for(life: Life) -> None:
    order = life.order(life.line("75.00"))
    life.comes_to(order, 900)
    edit_order(life.state, life.shop, order, add=[life.line("25.00")])
    life.comes_to(order, 675 + 225)
    pay_order(life.state, life.shop, order)
    life.comes_to(order, 900 + 300)


def test_a_line_removed_after_payment_takes_its_commission_back(life: Life) -> None:
    order = life.order(life.line("50.00"), life.line("30.00"))
    edit_order(life.state, life.shop, order, set_quantity={order.lines[1].id: 0})
    life.comes_to(order, 600)


@pytest.mark.parametrize("refund", [True, False])
def test_a_cancelled_order_earns_nothing_refunded_or_not(life: Life, *, refund: bool) -> None:
    order = life.order()
    life.comes_to(order, 1200)
    cancel_order(life.state, life.shop, order, refund=refund)
    life.comes_to(order, 0, status="reversed")


def test_a_cancellation_before_payment_posts_nothing_at_all(life: Life) -> None:
    order = life.order(payment="pending")
    cancel_order(life.state, life.shop, order)
    life.comes_to(order, 0, status="reversed")


def test_archiving_and_reopening_an_order_changes_nothing(life: Life) -> None:
    order = life.order()
    archive_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")
    reopen_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")


def test_a_test_order_never_earns(life: Life) -> None:
    order = life.order(test=True)
    life.arrives(order)
    life.comes_to(order, 0, status="unqualified")
    assert life.told(order)["reason_code"] == "test_order"
