"""E4: pay per confirmed sale. Unpaid awaits payment; paid is pending; after the hold it can be paid out."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from devstore.verbs.move_money import pay_order
from tests.stories.life import Life, life

__all__ = ["life"]


def test_a_sale_is_owed_only_when_it_is_confirmed_and_payable_only_after_the_hold(
    life: Life, page: Page
) -> None:
    order = life.order(payment="pending")
    life.comes_to(order, 0, status="awaiting_payment")
    page.goto(f"{life.house.admin}/orders/{order.id}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Awaiting payment").first).to_be_visible()

    pay_order(life.state, life.shop, order)
    life.comes_to(order, 1200, status="pending")
    page.reload()
    expect(frame.get_by_text("On hold").first).to_be_visible()

    life.state.clock.move(timedelta(days=30))
    life.house.matured()
    life.comes_to(order, 0, 1200, status="approved")
    page.reload()
    expect(frame.get_by_text("Approved").first).to_be_visible()
