"""The shop moves to another time zone: its days and months follow, and replay agrees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.model import RuleSpec
from app.commissions.awards import AwardKind
from app.flows import give_award
from app.flows.give_award import Given
from app.flows.prove import prove
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.replaying import differences
from tests.rooms.test_counters import commissions
from tests.world import World

MIDNIGHT = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
"""The first of November in Amsterdam, still October in New York."""
STEPS = [{"from": "0", "rate": "0.1"}, {"from": "1", "rate": "0.2"}]
TIER = RuleSpec("tier", {"over": "month", "by": "orders", "currency": "EUR", "steps": STEPS})


@pytest.fixture
def world(wiring: Wiring) -> World:
    """An order at midnight, one the day before, one ten days later; rates go by the orders of a month."""
    made = World(wiring, rules=(TIER,))
    made.creator("mara", "MARA10")
    for number, hours in ((1, -24), (2, 0), (3, 240)):
        placed = MIDNIGHT + timedelta(hours=hours)
        body = order(number, lines=[line(1, "100.00")], codes=[code("MARA10")], placed=placed)
        made.deliver("orders/create", body)
    made.work()
    return made


def move_to(world: World, zone: str) -> None:
    body = {"name": "Lumen", "currency": "EUR", "iana_timezone": zone}
    world.deliver("shop/update", body)
    world.work()


def follow(world: World) -> None:
    for _ in range(2):
        world.wiring.job_worker.run_due()
        world.work()


def figures(world: World) -> dict[str, int]:
    """Commission of each day of the shop, where there is any."""
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(text("select day, commission_minor as minor from rollup_shop_day order by 1"))
        return {row.day.isoformat(): row.minor for row in rows if row.minor}


def days(world: World, table: str, column: str) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.scalars(text(f"select {column} from {table} order by 1"))  # noqa: S608 - named below
        return [day.isoformat() for day in rows]


def test_days_and_months_follow_the_zone_and_replay_gives_the_same(world: World) -> None:
    assert commissions(world) == {1: 1000, 2: 1000, 3: 2000}
    assert figures(world) == {"2026-10-31": 1000, "2026-11-01": 1000, "2026-11-11": 2000}
    assert differences(world) == []
    move_to(world, "America/New_York")
    assert differences(world) != []
    follow(world)
    assert days(world, "orders", "placed_on") == ["2026-10-30", "2026-10-31", "2026-11-10"]
    assert days(world, "credits", "placed_on") == ["2026-10-30", "2026-10-31", "2026-11-10"]
    assert commissions(world) == {1: 1000, 2: 2000, 3: 1000}
    assert figures(world) == {"2026-10-30": 1000, "2026-10-31": 2000, "2026-11-10": 1000}
    assert differences(world) == []
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        assert prove(session, again, world.context, world.wiring.clock.now())["ok"]


def test_an_award_counts_on_the_day_of_the_new_zone(world: World) -> None:
    world.move_clock(hours=11, minutes=30)
    given = Given(AwardKind.BONUS, "mara", "main", 500, "EUR", "Thanks", hold_days=0, once="1")
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        who: Any = {"actor": "staff 1", "now": world.wiring.clock.now()}
        give_award.give(session, given, **who)
    assert days(world, "awards", "earned_on") == ["2026-11-23"]
    move_to(world, "America/New_York")
    follow(world)
    assert days(world, "awards", "earned_on") == ["2026-11-22"]
    assert differences(world) == []


def test_another_name_alone_moves_nothing(world: World) -> None:
    before = figures(world)
    assert before
    move_to(world, "Europe/Amsterdam")
    with world.wiring.platform_session() as session:
        asked = text("select count(*) from procrastinate_jobs where task_name = 'shops.follow_zone'")
        assert session.execute(asked).scalar_one() == 0
    assert figures(world) == before
