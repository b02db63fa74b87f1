"""Tags and collections count as they were when the order was placed, whatever arrives first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from app.campaigns.model import Base, ConditionSpec, RuleSpec
from app.catalog.model import ProductVersion, in_force
from app.creators import store as creators
from app.creators.recruit import recruit
from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.rooms.test_counters import commissions
from tests.world import World

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERCENT = RuleSpec("percent", {"rate": "0.1"})
TAGGED = RuleSpec("percent", {"rate": "0.2"}, (ConditionSpec("tag", {"tags": ["Summer"]}),))
COLLECTED = RuleSpec("percent", {"rate": "0.3"}, (ConditionSpec("collection", {"ids": ["7"]}),))
Event = tuple[str, Json]


def product(day: int, tags: str) -> Event:
    """Product 11, which the first line of every order is of."""
    at = MARCH + timedelta(days=day)
    return "products/update", {"id": 11, "updated_at": at.isoformat(), "tags": tags, "vendor": "Acme"}


def reread(day: int, tags: Sequence[str], collections: Sequence[str]) -> Event:
    at = MARCH + timedelta(days=day)
    found = {"id": 11, "tags": list(tags), "collections": list(collections)}
    return "catalog/reread", {"read_at": at.isoformat(), "products": [found]}


def sale(day: int) -> Event:
    placed = MARCH + timedelta(days=day, hours=1)
    return "orders/create", order(
        1000 + day, lines=[line(1, "100.00")], codes=[code("MARA10")], placed=placed
    )


def play(wiring: Wiring, events: Sequence[Event], *, number: int = 0, **terms: Any) -> World:
    world = World(
        wiring, domain=f"shop-{number}.myshopify.com", rules=(PERCENT, TAGGED, COLLECTED), hold_days=0
    )
    if terms:
        world.offer((PERCENT,), MARCH - timedelta(days=9), **terms)
    world.creator("mara", "MARA10")
    for topic, body in events:
        world.deliver(topic, body)
        world.work()
    assert {state for state, _ in world.inbox()} == {"done"}
    return world


@pytest.mark.parametrize("number", range(6))
def test_every_order_of_deliveries_ends_at_what_was_true_when_the_order_was_placed(
    wiring: Wiring, number: int
) -> None:
    events = [product(0, "new"), sale(1), product(2, "summer, new"), sale(3), product(4, "sale"), sale(5)]
    chosen = list(permutations(events))[number * 130]
    world = play(wiring, chosen)
    assert commissions(world) == {1001: 1000, 1003: 2000, 1005: 1000}
    with wiring.shop_session(world.shop_id) as session, wiring.batch_session() as again:
        assert prove(session, again, world.context, wiring.clock.now())["ok"]


def test_a_replay_knows_the_products_the_counters_and_the_recruiter(wiring: Wiring) -> None:
    rules = (
        RuleSpec("tier", {"over": "month", "by": "orders", "currency": "EUR", "steps": [
            {"from": "0", "rate": "0.1"}, {"from": "1", "rate": "0.15"}]}),
        TAGGED,
        RuleSpec("cap", {"per": "month", "amount": "40.00", "currency": "EUR"}),
        RuleSpec("second_level", {"rate": "0.5", "of": "commission"}),
    )  # fmt: skip
    world = World(wiring, rules=rules, hold_days=0)
    world.creator("mara", "MARA10")
    world.creator("theo", "THEO5")
    with wiring.shop_session(world.shop_id) as session, session.begin():
        mara, theo = creators.creator(session, "mara"), creators.creator(session, "theo")
        recruit(
            session,
            mara,
            theo,
            program_id=world.program_id,
            program="main",
            actor="test",
            now=wiring.clock.now(),
        )
    for topic, body in [sale(7), sale(5), product(0, "new"), sale(1), product(4, "summer"), sale(3)]:
        world.deliver(topic, body)
        world.work()
    # 10.00, 15.00, the 15.00 that the cap leaves of 20.00, nothing; and half of what each was before the cap.
    assert commissions(world) == {1001: 1500, 1003: 2250, 1005: 2500, 1007: 1000}
    found = wiring.replayer(world.context, wiring.clock.now(), now=wiring.clock.now())
    assert found.compared.differences == []
    assert found.identical


def test_before_anything_is_known_the_earliest_word_counts(wiring: Wiring) -> None:
    assert commissions(play(wiring, [sale(1), product(9, "SUMMER")])) == {1001: 2000}


def test_a_collection_is_more_specific_than_a_tag_and_stays_known_between_re_reads(wiring: Wiring) -> None:
    events = [
        reread(0, ["summer"], ["7", "8"]),
        sale(1),
        product(2, "summer"),
        sale(3),
        reread(4, [], ["8"]),
        sale(5),
    ]
    assert commissions(play(wiring, events)) == {1001: 3000, 1003: 3000, 1005: 1000}


def test_what_the_base_excludes_goes_by_the_catalogue_too(wiring: Wiring) -> None:
    world = play(wiring, [product(0, "summer"), sale(1)], base=Base(tags=("Summer",)))
    assert commissions(world) == {1001: 0}


@pytest.mark.parametrize("body", [{}, {"id": 0, "updated_at": "2026-03-01T00:00:00Z"}, {"id": 1, "updated_at": "x"},
                                  {"id": 1, "updated_at": "2026-03-01T00:00:00"}])  # fmt: skip
def test_a_body_that_is_no_product_is_parked_with_its_reason(wiring: Wiring, body: Json) -> None:
    world = World(wiring)
    world.deliver("products/update", body)
    world.work()
    ((state, reason),) = world.inbox()
    assert state == "parked"
    assert reason is not None
    assert "products/update" in reason


def test_what_holds_at_an_instant_begins_with_it() -> None:
    one, two = (ProductVersion(1, MARCH + timedelta(days=n), (f"t{n}",), None) for n in (0, 1))
    assert in_force([], MARCH) is None
    for at, tag in [(-1, "t0"), (0, "t0"), (1, "t1"), (2, "t1")]:
        found = in_force([one, two], MARCH + timedelta(days=at))
        assert found is not None
        assert found.tags == {tag}
