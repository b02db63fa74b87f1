"""Tiers, caps, bonuses and new customers go by when orders were placed, whatever arrives first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.model import ConditionSpec, RuleSpec
from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.world import World

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERCENT = RuleSpec("percent", {"rate": "0.1"})


def tier(*steps: tuple[str, str], over: str = "lifetime", by: str = "orders") -> RuleSpec:
    rows = [{"from": start, "rate": rate} for start, rate in steps]
    return RuleSpec("tier", {"over": over, "by": by, "steps": rows, "currency": "EUR"})


def cap(per: str, amount: str) -> RuleSpec:
    return RuleSpec("cap", {"per": per, "amount": amount, "currency": "EUR"})


def shop(wiring: Wiring, *rules: RuleSpec) -> World:
    made = World(wiring, rules=rules, hold_days=0)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO5")
    return made


def sale(number: int, placed: datetime, *, price: str = "100.00", by: str = "MARA10", **more: Any) -> Json:
    return order(number, lines=[line(1, price)], codes=[code(by)], placed=placed, **more)


def days(count: int, *, start: datetime = MARCH) -> list[Json]:
    """So many orders of 100.00, one a day."""
    return [sale(1001 + n, start + timedelta(days=n)) for n in range(count)]


def deliver(world: World, bodies: Sequence[Json], *, at_once: bool = True) -> None:
    for body in bodies:
        world.deliver("orders/create", body)
        if not at_once:
            world.work()
    world.work()


def commissions(world: World) -> dict[int, int]:
    """Commission by order, of everybody together."""
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(
            text("select order_id, sum(commission_minor)::bigint as minor from credits group by 1 order by 1")
        )
        return {r.order_id: r.minor for r in rows}


def holds(world: World) -> bool:
    """Whether the books can be proved, every commission worked out again."""
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        proof = prove(session, again, world.context, world.wiring.clock.now())
    assert [c for c in proof["checks"] if not c["ok"]] == []
    return bool(proof["ok"])


def test_the_order_that_reaches_a_tier_keeps_the_old_rate_and_the_next_has_the_new(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("2", "0.2")))
    deliver(world, days(4))
    assert list(commissions(world).values()) == [1000, 1000, 2000, 2000]


def test_a_tier_by_net_sales_goes_by_what_was_sold_before(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("150.00", "0.2"), by="net_sales"))
    deliver(world, days(3))
    assert list(commissions(world).values()) == [1000, 1000, 2000]


def test_a_month_of_the_shop_begins_at_its_own_midnight(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("1", "0.2"), over="month"))
    # 22:30 UTC on 31 March is half past midnight on 1 April in Amsterdam.
    deliver(world, [sale(1, datetime(2026, 3, 31, 21, tzinfo=UTC)), sale(2, datetime(2026, 3, 31, 22, 30, tzinfo=UTC)),
                    sale(3, datetime(2026, 4, 1, 8, tzinfo=UTC))])  # fmt: skip
    assert list(commissions(world).values()) == [1000, 1000, 2000]


def test_a_late_older_order_moves_the_later_ones_up(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("2", "0.2")))
    first, *rest = days(4)
    deliver(world, rest)
    assert list(commissions(world).values()) == [1000, 1000, 2000]
    deliver(world, [first])
    assert list(commissions(world).values()) == [1000, 1000, 2000, 2000]
    assert holds(world)


def test_neither_a_refund_nor_a_cancellation_moves_anybody_down(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("2", "0.2")))
    deliver(world, days(3))
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=MARCH + timedelta(days=5)))
    world.work()
    assert commissions(world) == {1001: 0, 1002: 1000, 1003: 2000}
    assert holds(world)


@pytest.mark.parametrize("at_once", [True, False])
def test_caps_and_tiers_end_the_same_for_every_order_of_deliveries(wiring: Wiring, *, at_once: bool) -> None:
    bodies = days(4)
    rules = (tier(("0", "0.1"), ("1", "0.2"), ("3", "0.3")), cap("month", "55.00"), cap("program", "60.00"),
             RuleSpec("bonus", {"on": "first_sale", "amount": "2.50", "currency": "EUR"}))  # fmt: skip
    orders = list(permutations(bodies))
    found = []
    for number, chosen in enumerate(orders[::5]):
        world = World(wiring, domain=f"shop-{number}.myshopify.com", rules=rules, hold_days=0)
        world.creator("mara", "MARA10")
        deliver(world, chosen, at_once=at_once)
        found.append((commissions(world), world.balances()))
        assert holds(world)
    # 12.50, 20.00, 20.00, then 2.50 of the month's cap is left.
    assert found[0][0] == {1001: 1250, 1002: 2000, 1003: 2000, 1004: 250}
    assert all(one == found[0] for one in found)


def test_what_a_cap_cut_stays_cut_when_room_comes_back(wiring: Wiring) -> None:
    world = shop(wiring, PERCENT, cap("creator", "15.00"))
    deliver(world, days(3))
    assert list(commissions(world).values()) == [1000, 500, 0]
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=MARCH + timedelta(days=5)))
    world.work()
    assert list(commissions(world).values()) == [0, 500, 0]
    assert holds(world)


def test_a_budget_is_shared_by_all_creators_first_come_first_paid(wiring: Wiring) -> None:
    world = shop(wiring, PERCENT, cap("program", "25.00"))
    bodies = [sale(n, MARCH + timedelta(hours=n), by=["MARA10", "THEO5"][n % 2]) for n in range(1, 5)]
    deliver(world, bodies[::-1], at_once=False)
    assert list(commissions(world).values()) == [1000, 1000, 500, 0]
    assert holds(world)


def test_a_day_has_a_cap_of_its_own(wiring: Wiring) -> None:
    world = shop(wiring, PERCENT, cap("day", "15.00"))
    deliver(world, [sale(n, MARCH + timedelta(hours=9 * n)) for n in range(1, 5)])
    # 9 and 18 hours after noon UTC: the first is the same day in Amsterdam, the others are the next, and one after.
    assert list(commissions(world).values()) == [1000, 1000, 500, 1000]


def test_a_customer_is_new_once_and_a_late_older_order_takes_that_from_the_later(wiring: Wiring) -> None:
    fresh = RuleSpec("percent", {"rate": "0.2"}, (ConditionSpec("customer", {"is": "new"}),))
    world = shop(wiring, PERCENT, fresh)
    _, two = days(2)
    deliver(world, [two])
    assert commissions(world) == {1002: 2000}
    deliver(world, [order(1001, placed=MARCH, codes=[])])  # Nobody's order, but the same customer's.
    assert commissions(world) == {1002: 1000}
    deliver(world, [sale(1003, MARCH - timedelta(days=1), customer={"id": 99})])
    assert commissions(world) == {1002: 1000, 1003: 2000}
    assert holds(world)


def test_only_the_first_renewals_of_a_customer_earn(wiring: Wiring) -> None:
    world = shop(wiring, PERCENT, RuleSpec("renewals", {"earn": "first", "count": 2}))
    first = sale(1, MARCH)
    renewals = [
        sale(n, MARCH + timedelta(days=30 * n), source_name="subscription_contract") for n in (2, 3, 4)
    ]
    deliver(world, [*renewals[::-1], first], at_once=False)
    assert list(commissions(world).values()) == [1000, 1000, 1000, 0]
    assert holds(world)


def test_who_recruited_the_creator_has_a_share_on_top(wiring: Wiring) -> None:
    world = shop(wiring, PERCENT, RuleSpec("second_level", {"rate": "0.05", "of": "net_sales"}))
    with wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(
            text(
                "update enrollments e set recruiter_id = r.id from enrollments r, creators m, creators t "
                "where e.creator_id = m.id and m.handle = 'mara' and r.creator_id = t.id and t.handle = 'theo'"
            )
        )
    deliver(world, days(1))
    assert world.balances() == {
        ("mara", "commission_expense"): -1000,
        ("mara", "payable"): 1000,
        ("theo", "commission_expense"): -500,
        ("theo", "payable"): 500,
    }
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=MARCH + timedelta(days=5)))
    world.work()
    assert world.balances() == {}
    assert holds(world)


def test_an_order_that_changes_hands_leaves_one_counter_and_joins_the_other(wiring: Wiring) -> None:
    world = shop(wiring, tier(("0", "0.1"), ("1", "0.2")))
    deliver(world, [sale(1, MARCH), sale(2, MARCH + timedelta(days=1)),
                    sale(3, MARCH + timedelta(days=2), by="THEO5")])  # fmt: skip
    assert commissions(world) == {1: 1000, 2: 2000, 3: 1000}
    deliver(world, [sale(1, MARCH, by="THEO5", updated=MARCH + timedelta(hours=1))])
    assert commissions(world) == {1: 1000, 2: 1000, 3: 2000}
    assert holds(world)
