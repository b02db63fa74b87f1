"""What the pretend Shopify can do to us on the way, and what must come of it: the same books."""

from sqlalchemy import text

from tests.stories.house import House


def inbox(house: House) -> dict[str, int]:
    with house.wiring.platform_session() as session:
        return {r.topic: r.n for r in session.execute(text("select topic, count(*) n from inbox group by 1"))}


def test_a_webhook_of_the_devstore_reaches_the_inbox_and_is_handled(house: House) -> None:
    order = house.order()
    assert house.devstore.courier.settle(20)

    def handled() -> bool:
        with house.wiring.platform_session() as session:
            waiting = text("select count(*) from inbox where state = 'new'")
            return order.id > 0 and session.execute(waiting).scalar_one() == 0

    house.until(handled, "everything in the inbox handled")
    assert {"orders/create", "orders/paid"} <= set(inbox(house))
