"""E50: an ambassador is promoted to a tier from a day on, and comes back; every order keeps the rate of its day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import text
from sqlalchemy.engine import URL

from app.flows.explain import explain
from app.flows.prove import prove
from app.kernel.period import day_of
from devstore.order_model import Order
from tests.databases import fresh_database
from tests.stories.house import House, open_house

# 48.00 less 10 % contains 21 % tax: 35.70, of which 12 % are 4.28 and 20 % are 7.14.
MAIN, GOLD = ("main", 428), ("gold", 714)
PATIENCE = timedelta(seconds=60)


@pytest.fixture(scope="module")
def house(postgres: URL, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Mara in Main at 12 %, and a program Gold at 20 %."""
    data = tmp_path_factory.mktemp("e50")
    with fresh_database(postgres, template) as database, open_house(database, data) as opened:
        opened.set_terms()
        opened.set_terms(name="Gold", rate="20")
        opened.add_creator("Mara Lind", "mara", "MARA10")
        opened.until(lambda: opened.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
        yield opened


def known(house: House, order: Order) -> bool:
    with house.wiring.shop_session(house.shop_id) as session:
        return (
            session.execute(text("select 1 from credits where order_id = :id"), {"id": order.id}).first()
            is not None
        )


def told(house: House, order: Order) -> dict[str, Any]:
    with house.wiring.shop_session(house.shop_id) as session:
        return explain(session, str(order.id), house.state.now)


def earned(house: House, orders: list[Order]) -> list[tuple[str, int]]:
    """(program, commission) as each order's record has it."""
    records = [told(house, order) for order in orders]
    return [(r["offers"][0]["program"], r["credits"][0]["commission"]["minor"]) for r in records]


def earn(house: House, orders: list[Order], expected: list[tuple[str, int]]) -> None:
    """Wait until these are known and nothing is on its way that could change them."""
    assert house.devstore.courier.settle(20)

    def they_do() -> bool:
        return house.is_quiet() and all(known(house, o) for o in orders) and earned(house, orders) == expected

    house.until(they_do, f"the commissions {expected}", PATIENCE)


def lost_on_the_way(house: House) -> Order:
    """An order whose webhooks never arrive."""
    delivery = house.state.switches.delivery
    delivery.drop_share, delivery.lose_for_good = 1.0, True
    order = house.order("MARA10")
    assert house.devstore.courier.settle(20)
    delivery.drop_share = 0.0
    return order


def compare_with_shopify(house: House) -> None:
    """The check that comes round every 15 minutes."""
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        house.wiring.queue.defer(session, "orders.reconcile", {"shop_id": house.shop_id})


def a_day_later(house: House) -> None:
    house.state.clock.move(timedelta(days=1))


def an_hour_later(house: House) -> None:
    """Times have whole seconds, and an order placed in the second of a move already belongs to the new program."""
    house.state.clock.move(timedelta(hours=1))


def test_each_order_keeps_the_rate_of_its_day_also_when_it_arrives_late(house: House, page: Page) -> None:
    first, late = house.order("MARA10"), lost_on_the_way(house)
    a_day_later(house)
    promoted_in_the_browser(house, page)
    a_day_later(house)
    promoted = house.order("MARA10")
    compare_with_shopify(house)
    earn(house, [first, late, promoted], [MAIN, MAIN, GOLD])

    an_hour_later(house)
    taken_back = {"program": "main", "day": ""}
    assert house.ask("POST", "/creators/mara/enrollments/gold/move", **taken_back).status_code == 303
    a_day_later(house)
    back = house.order("MARA10")
    earn(house, [first, late, promoted, back], [MAIN, MAIN, GOLD, MAIN])
    the_books_agree(house)
    assert "Terms of <bdi>gold</bdi>" in house.ask("GET", f"/orders/{promoted.id}").text
    assert "Terms of <bdi>main</bdi>" in house.ask("GET", f"/orders/{back.id}").text

    # The promotion shall hold from today's first minute: the page counts the orders and asks.
    question = promoted_as_of(house, page, day_of(back.created_at, "Europe/Amsterdam").isoformat())
    expect(question.get_by_text("Price 1 order again?")).to_be_visible()
    assert earned(house, [back]) == [MAIN]
    question.get_by_role("button", name="Re-price and move").click()
    earn(house, [first, late, promoted, back], [MAIN, MAIN, GOLD, GOLD])
    the_books_agree(house)


def promoted_as_of(house: House, page: Page, day: str) -> FrameLocator:
    page.goto(f"{house.admin}/creators/mara")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Move from Main to another program").click()
    frame.get_by_label("From which day").fill(day)
    frame.get_by_role("button", name="Move", exact=True).click()
    return frame


def promoted_in_the_browser(house: House, page: Page) -> None:
    page.goto(f"{house.admin}/creators/mara")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Move from Main to another program").click()
    frame.get_by_label("Program", exact=True).select_option(label="Gold")
    frame.get_by_role("button", name="Move", exact=True).click()
    expect(frame.get_by_text("Moved to Gold")).to_be_visible()


def the_books_agree(house: House) -> None:
    with house.wiring.shop_session(house.shop_id) as session, house.wiring.batch_session() as again:
        checks = prove(session, again, house.context, house.state.now)["checks"]
    assert [check for check in checks if not check["ok"]] == []
    now = house.state.now
    replayed = house.wiring.replayer(house.context, now, now=now)
    assert replayed.identical, replayed.compared.differences[:3]
