"""What an offer says of subscriptions, and what happens when its amounts are in another currency than the order."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.model import RuleSpec
from app.ledger.chart import Account
from app.ledger.store import sums
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.replaying import differences
from tests.world import World

PLACED = NOW - timedelta(days=200)
PERCENT = RuleSpec("percent", {"rate": "0.1"})
FLAT = RuleSpec("flat", {"amount": "5.00", "currency": "EUR"})


def shop(wiring: Wiring, *rules: RuleSpec) -> World:
    made = World(wiring, rules=rules)
    made.creator("mara", "MARA10")
    return made


def sale(number: int, *, days: int = 0, currency: str = "EUR", **more: Any) -> Json:
    lines = [line(1, "100.00", currency=currency)]
    placed = PLACED + timedelta(days=days)
    return order(number, lines=lines, codes=[code("MARA10")], placed=placed, currency=currency, **more)


def earned(world: World) -> int:
    return -world.balances().get(("mara", "commission_expense"), 0)


def by_currency(world: World) -> dict[str, int]:
    with world.wiring.shop_session(world.shop_id) as session:
        return {c: -minor for _, c, a, minor in sums(session, None) if a is Account.COMMISSION_EXPENSE}


@pytest.mark.parametrize(
    ("fields", "minor"),
    [
        (None, 4000),
        ({"earn": "always"}, 4000),
        ({"earn": "off"}, 1000),
        ({"earn": "months", "count": 2}, 2000),
        ({"earn": "first", "count": 2}, 3000),
    ],
)
def test_renewals_earn_as_the_offer_says_whatever_arrives_first(
    wiring: Wiring, fields: dict[str, Any] | None, minor: int
) -> None:
    """A first order and three renewals: after 30, 90 and 150 days."""
    world = shop(wiring, PERCENT, *([RuleSpec("renewals", fields)] if fields else []))
    renewals = [sale(n, days=d, source_name="subscription_contract") for n, d in ((2, 30), (3, 90), (4, 150))]
    for body in (*renewals[::-1], sale(1)):
        world.deliver("orders/create", body)
        world.work()
    assert earned(world) == minor
    assert differences(world) == []


def test_an_order_in_another_currency_than_a_fixed_amount_is_parked_with_the_reason(
    wiring: Wiring,
) -> None:
    world = shop(wiring, FLAT)
    world.deliver("orders/create", sale(1, currency="USD"))
    world.deliver("orders/create", sale(2))
    world.work()
    assert earned(world) == 500
    ((state, reason), (other, _)) = world.inbox()
    assert (state, other) == ("parked", "done")
    assert reason is not None
    assert "This flat commission is in EUR and the order in USD" in reason


def test_an_order_that_new_terms_cannot_price_keeps_its_books_and_holds_up_nobody(wiring: Wiring) -> None:
    """Terms for the past with an amount in EUR: the order in USD waits for a person, all others are priced anew."""
    world = shop(wiring, PERCENT)
    for body in (sale(1), sale(2, currency="USD"), sale(3)):
        world.deliver("orders/create", body)
    world.work()
    assert by_currency(world) == {"EUR": 2000, "USD": 1000}
    world.offer([FLAT], PLACED - timedelta(days=1))
    world.judge_again([1, 2, 3])
    assert by_currency(world) == {"EUR": 1000, "USD": 1000}
    parked = [reason for state, reason in world.inbox() if state == "parked"]
    assert len(parked) == 1
    assert parked[0] is not None
    assert "in EUR and the order in USD" in parked[0]
    with wiring.platform_session() as session:
        assert session.execute(text("select count(*) from rejudge")).scalar_one() == 0
