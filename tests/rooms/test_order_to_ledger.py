"""The story on a real database: deliveries in, balances out."""

from datetime import timedelta
from typing import Any

import pytest

from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.conftest import NOW
from tests.world import World

MARA_PENDING = ("mara", "pending")


@pytest.fixture
def world(wiring: Wiring) -> World:
    built = World(wiring)
    built.creator("mara", "MARA10")
    built.creator("theo", "THEO5")
    return built


def with_code(*names: str, off: str = "10.00", **more: Any) -> Json:
    applied = [code(n) for n in names]
    lines = [line(1, "100.00", 1, off=[(i, off) for i in range(len(names))])]
    return order(**{"lines": lines, "codes": applied, **more})


def test_a_paid_order_with_a_code_accrues_to_its_creator(world: World) -> None:
    world.deliver("orders/create", with_code("mara10"))
    world.work()
    assert world.balances() == {("mara", "pending"): 1080, ("mara", "commission_expense"): -1080}


def test_an_unpaid_order_earns_nothing_until_it_is_paid(world: World) -> None:
    world.deliver("orders/create", with_code("MARA10", financial_status="pending"))
    world.work()
    assert world.balances() == {}
    world.deliver("orders/paid", with_code("MARA10", updated=NOW))
    world.work()
    assert world.balances()[MARA_PENDING] == 1080


def test_the_same_delivery_twice_changes_nothing(world: World) -> None:
    for _ in range(3):
        world.deliver("orders/create", with_code("MARA10"))
        world.work()
    assert world.balances()[MARA_PENDING] == 1080


def test_an_older_version_that_comes_late_is_not_believed(world: World) -> None:
    world.deliver("orders/updated", with_code("MARA10", lines=[line(1, "50.00")], updated=NOW))
    world.deliver("orders/create", with_code("MARA10"))
    world.work()
    assert world.balances()[MARA_PENDING] == 600


def test_a_partial_refund_reduces_by_its_units(world: World) -> None:
    body = order(lines=[line(1, "30.00", 3)], codes=[code("MARA10")])
    world.deliver("orders/create", body)
    world.work()
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW))
    world.work()
    assert world.balances()[MARA_PENDING] == 720


def test_a_refund_may_come_before_its_order(world: World) -> None:
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW))
    world.work()
    world.deliver("orders/create", with_code("MARA10"))
    world.work()
    assert MARA_PENDING not in world.balances()


def test_a_full_refund_ends_at_exactly_nothing(world: World) -> None:
    body = order(lines=[line(1, "33.33", 3), line(2, "0.01")], codes=[code("MARA10")])
    world.deliver("orders/create", body)
    world.work()
    for n, units in enumerate([(1, 1), (1, 1), (2, 1), (1, 1)]):
        world.deliver("refunds/create", refund(n, 1001, units, at=NOW))
        world.work()
    assert world.balances() == {}


def test_a_cancelled_order_earns_nothing(world: World) -> None:
    world.deliver("orders/create", with_code("MARA10"))
    world.work()
    world.deliver("orders/cancelled", with_code("MARA10", updated=NOW, cancelled_at=NOW.isoformat()))
    world.work()
    assert world.balances() == {}


def test_an_edit_is_priced_again(world: World) -> None:
    world.deliver("orders/create", order(lines=[line(1, "10.00", 5)], codes=[code("MARA10")]))
    world.work()
    edited = order(lines=[line(1, "10.00", 5, current=2)], codes=[code("MARA10")], updated=NOW)
    world.deliver(
        "orders/edited", {"order_edit": {"id": 1, "order_id": 1001, "line_items": {"removals": []}}}
    )
    world.deliver("orders/updated", edited)
    world.work()
    assert world.balances()[MARA_PENDING] == 240


def test_after_the_hold_it_is_payable(world: World) -> None:
    world.deliver("orders/create", with_code("MARA10"))
    world.work()
    world.move_clock(days=31)
    world.work()
    assert world.balances() == {("mara", "payable"): 1080, ("mara", "commission_expense"): -1080}


def test_a_refund_after_the_hold_leaves_a_negative_balance_nowhere_but_payable(world: World) -> None:
    world.deliver("orders/create", with_code("MARA10"))
    world.move_clock(days=31)
    world.work()
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW + timedelta(days=31)))
    world.work()
    assert world.balances() == {}


def test_two_creators_codes_go_to_the_larger_discount_and_wait_for_a_human(world: World) -> None:
    lines = [line(1, "100.00", off=[(0, "5.00"), (1, "10.00")])]
    world.deliver("orders/create", order(lines=lines, codes=[code("THEO5"), code("MARA10")]))
    world.move_clock(days=60)
    world.work()
    assert world.balances() == {("mara", "pending"): 1020, ("mara", "commission_expense"): -1020}


def test_a_manual_discount_named_like_a_code_credits_nobody(world: World) -> None:
    body = order(lines=[line(1, off=[(0, "9.00")])], codes=[code("MARA10", "manual")])
    world.deliver("orders/create", body)
    world.work()
    assert world.balances() == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"test": True},
        {"placed": NOW - timedelta(days=700)},
        {"codes": [code("NOBODYS")]},
    ],
)
def test_what_must_not_be_credited_is_not(world: World, facts: Json) -> None:
    world.deliver("orders/create", with_code(**{"codes": [code("MARA10")], **facts}))
    world.work()
    assert world.balances() == {}


def test_a_gift_card_that_is_sold_earns_nothing(world: World) -> None:
    lines = [line(1, "50.00", gift_card=True), line(2, "20.00")]
    world.deliver("orders/create", order(lines=lines, codes=[code("MARA10")]))
    world.work()
    assert world.balances()[MARA_PENDING] == 240


def test_a_tax_inside_the_price_earns_nothing(world: World) -> None:
    body = order(lines=[line(1, "120.00", taxes=["20.00"])], codes=[code("MARA10")], taxes_included=True)
    world.deliver("orders/create", body)
    world.work()
    assert world.balances()[MARA_PENDING] == 1200


@pytest.mark.parametrize(("currency", "price", "minor"), [("JPY", "45000", 5400), ("KWD", "4.500", 540)])
def test_currencies_count_in_their_own_minor_units(
    wiring: Wiring, currency: str, price: str, minor: int
) -> None:
    world = World(wiring, currency=currency)
    world.creator("mara", "MARA10")
    body = order(lines=[line(1, price, currency=currency)], codes=[code("MARA10")], currency=currency)
    world.deliver("orders/create", body)
    world.work()
    assert world.balances()[MARA_PENDING] == minor


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{not json", "not a readable order"),
        (b"[" * 100_000 + b"]" * 100_000, "not a readable order"),
        (order(lines=[line(1, currency="XYZ")], currency="XYZ"), "not a currency"),
        (order(lines=[line(1, "1e400")]), "not an exact amount"),
        (order(lines=[line(1, "10.005")]), "not an exact amount"),
        (order(lines=[{**line(), "quantity": -3}]), "not a readable order"),
        (order(lines=[line(1, currency="USD")]), "in 'USD', the order in 'EUR'"),
    ],
)
def test_what_cannot_be_read_is_parked_with_its_reason_and_stops_nobody(
    world: World, body: Json | bytes, reason: str
) -> None:
    world.deliver("orders/create", body)
    world.deliver("orders/create", with_code("MARA10", order_id=1002))
    world.work()
    (state, why), good = world.inbox()
    assert state == "parked"
    assert reason in str(why)
    assert good[0] == "done"
    assert world.balances()[MARA_PENDING] == 1080


def test_an_event_of_an_unknown_shop_or_topic_is_kept_with_its_reason(world: World) -> None:
    world.deliver("orders/create", with_code("MARA10"), domain="other.myshopify.com")
    world.deliver("carts/create", {})
    world.work()
    assert world.inbox() == [
        ("parked", "No shop 'other.myshopify.com' has installed the app; retry after it has."),
        ("ignored", "Nothing here acts on the topic 'carts/create'."),
    ]
