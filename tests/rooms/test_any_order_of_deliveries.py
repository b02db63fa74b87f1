"""Any shuffle and repetition of an order's events ends at the same balances (precision.md 1.2)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.conftest import NOW
from tests.world import World

Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["pay", "edit", "refund", "cancel", "touch", "other_code"]), st.integers(0, 4)),
    max_size=6,
)


class History:
    """Plays an order's life and writes down every body that Shopify would have sent."""

    def __init__(self, order_id: int, quantity: int, cents: int) -> None:
        self.order_id, self.second, self.refund_number = order_id, 0, order_id * 100
        self.quantity, self.cents, self.current, self.returned = quantity, cents, quantity, 0
        self.codes, self.status, self.cancelled = ["MARA10"], "pending", False
        self.refunds: list[Json] = []
        self.sent: list[tuple[str, Json]] = []
        self.send("orders/create")

    def send(self, topic: str) -> None:
        off = f"{self.cents * self.quantity // 1000 / 100:.2f}"
        item = line(1, f"{self.cents / 100:.2f}", self.quantity, current=self.current, off=[(0, off)])
        at = NOW + timedelta(seconds=self.second)
        body = order(
            self.order_id,
            lines=[item],
            codes=[code(c) for c in self.codes],
            placed=NOW - timedelta(days=1),
            updated=at,
            financial_status=self.status,
            refunds=list(self.refunds),
            cancelled_at=at.isoformat() if self.cancelled else None,
        )
        self.sent.append((topic, body))

    def play(self, steps: Sequence[Step]) -> None:
        for name, number in steps:
            # Shopify's updated_at has a resolution of one second: some versions tie on purpose.
            self.second += number % 2
            getattr(self, name)(number)

    def pay(self, _number: int) -> None:
        self.status = "paid"
        self.send("orders/paid")

    def edit(self, number: int) -> None:
        self.current = max(0, min(self.current, number))
        self.send("orders/updated")

    def other_code(self, number: int) -> None:
        self.codes = [["MARA10"], ["THEO5"], []][number % 3] or ["NOBODYS"]
        self.send("orders/updated")

    def touch(self, _number: int) -> None:
        self.send("orders/updated")

    def cancel(self, _number: int) -> None:
        self.cancelled = True
        self.send("orders/cancelled")

    def refund(self, number: int) -> None:
        units = min(number, self.quantity - self.returned)
        self.returned += units
        self.current = min(self.current, self.quantity - self.returned)
        self.refund_number += 1
        at = NOW + timedelta(seconds=self.second)
        self.refunds.append(refund(self.refund_number, self.order_id, (1, units), at=at))
        self.sent.append(("refunds/create", self.refunds[-1]))
        self.send("orders/updated")


def posted(world: World, order_id: int) -> list[tuple[Any, ...]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text(
                "select handle, account, sum(minor) from ("
                "  select creator_id, credit as account, amount_minor as minor from postings where order_id = :id"
                "  union all select creator_id, debit, -amount_minor from postings where order_id = :id) as m "
                "join creators c on c.id = m.creator_id group by 1, 2 having sum(minor) <> 0 order by 1, 2"
            ),
            {"id": order_id},
        )
        return [tuple(r) for r in rows]


def shop(wiring: Wiring, domain: str) -> World:
    world = World(wiring, domain=domain)
    world.creator("mara", "MARA10")
    world.creator("theo", "THEO5")
    return world


@pytest.mark.parametrize("_shard", range(4))
def test_any_shuffle_and_repetition_of_an_orders_events_ends_at_the_same_balances(
    wiring: Wiring, _shard: int
) -> None:
    """Eighty lives of orders, shared by as many processes as there are."""
    straight, shuffled = shop(wiring, "straight.myshopify.com"), shop(wiring, "shuffled.myshopify.com")
    numbers = iter(range(1_000, 1_000_000))

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=STEPS, quantity=st.integers(1, 5), cents=st.integers(1, 20_000), data=st.data())
    def property_(steps: list[Step], quantity: int, cents: int, data: st.DataObject) -> None:
        history = History(next(numbers), quantity, cents)
        history.play(steps)
        # All is drawn before anything is sent: an example may be given up at a draw, with one shop ahead.
        deliveries = data.draw(st.permutations(history.sent + history.sent[: data.draw(st.integers(0, 3))]))
        cut = data.draw(st.integers(0, len(deliveries)))
        for topic, body in history.sent:
            straight.deliver(topic, body)
            straight.work()
        for part in (deliveries[:cut], deliveries[cut:]):
            for topic, body in part:
                shuffled.deliver(topic, body)
            shuffled.work()
        assert posted(straight, history.order_id) == posted(shuffled, history.order_id)

    property_()
    assert straight.balances() == shuffled.balances()
    for world in (straight, shuffled):
        with wiring.shop_session(world.shop_id) as session, wiring.batch_session() as again:
            checks = prove(session, again, world.context, world.wiring.clock.now())["checks"]
        assert [c for c in checks if not c["ok"]] == []
