"""How far a shop is compared, when its turn comes, and what is kept of what was found."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.db.locks import NamedLocks
from app.kernel.ids import ShopId
from app.reconciliation import forget, store
from app.reconciliation.model import (
    REACH,
    Found,
    Kind,
    Lack,
    Method,
    Stub,
    What,
    is_due_at_night,
    next_sweep,
    own_moment,
)
from app.wiring import Wiring
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    return World(wiring)


def moved(world: World, since: datetime, to: datetime) -> datetime | None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        store.move_cursor(session, since, to)
    with world.wiring.shop_session(world.shop_id) as session:
        return store.swept_to(session)


def test_the_cursor_begins_with_60_days_and_never_leaps_over_a_gap_nor_back(world: World) -> None:
    hour = timedelta(hours=1)
    assert moved(world, NOW - hour, NOW) is None
    assert moved(world, NOW - REACH, NOW) == NOW
    assert moved(world, NOW - hour, NOW + hour) == NOW + hour
    assert moved(world, NOW + 2 * hour, NOW + 3 * hour) == NOW + hour
    assert moved(world, NOW - hour, NOW - hour / 2) == NOW + hour
    later = NOW + timedelta(days=90)
    assert moved(world, later - REACH, later) == later


def test_one_run_of_a_method_at_a_time_and_many_differences_are_counted_but_not_all_kept(
    world: World,
) -> None:
    stub = Stub(1, "#1001", NOW, cancelled=False, status="paid", refund_ids=())
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        run = store.begin(session, Kind.NIGHTLY, Method.BULK, since=NOW, until=NOW, now=NOW)
        assert store.under_way(session, Method.BULK) == run
        assert store.under_way(session, Method.PAGES) is None
        for _ in range(3):
            store.note(session, run, [Found(Lack(stub, What.MISSING, None), "w")] * 90, NOW)
    assert kept(world) == store.MOST_NOTED
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        store.change(session, run, state="done", ended_at=NOW)
        forget.forget_shop(session, ShopId(world.shop_id))
    assert kept(world) == 0


def test_old_runs_and_what_they_found_are_forgotten_by_the_next(world: World) -> None:
    stub = Stub(1, "#1001", NOW, cancelled=False, status="paid", refund_ids=())
    long_ago = NOW - store.KEPT - timedelta(days=1)
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        old = store.begin(session, Kind.SWEEP, Method.PAGES, since=NOW, until=NOW, now=long_ago)
        store.note(session, old, [Found(Lack(stub, What.OLDER, NOW), "w")], NOW)
        store.change(session, old, state="done", ended_at=long_ago)
        store.begin(session, Kind.SWEEP, Method.PAGES, since=NOW, until=NOW, now=NOW)
        assert store.find(session, old.id) is None
    assert kept(world) == 0


def kept(world: World) -> int:
    with world.wiring.shop_session(world.shop_id) as session:
        found: int = session.execute(text("select count(*) from reconciliation_differences")).scalar_one()
        return found


def test_neighbours_have_moments_far_apart_within_the_quarter() -> None:
    moments = [own_moment(shop) for shop in range(1, 841)]
    assert (min(moments), max(moments)) == (0, 839)
    assert len(set(moments)) == 840


def test_the_next_sweep_lies_within_a_quarter_of_an_hour() -> None:
    for shop in (1, 2, 500):
        at = next_sweep(shop, NOW)
        assert NOW < at <= NOW + timedelta(minutes=15)
        assert (at.minute % 15 * 60 + at.second) == own_moment(shop)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-11-22"])
def test_the_night_comes_once_a_day_also_when_clocks_change(day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:02:00").replace(tzinfo=UTC)
    hours = [start + timedelta(hours=h) for h in range(24)]
    assert sum(is_due_at_night(at, "Europe/Amsterdam", at) for at in hours) == 1


def test_a_night_that_was_missed_is_made_up_for() -> None:
    noon = NOW.replace(hour=11)
    assert is_due_at_night(noon, "Europe/Amsterdam", None)
    assert is_due_at_night(noon, "Europe/Amsterdam", noon - timedelta(hours=31))
    assert not is_due_at_night(noon, "Europe/Amsterdam", noon - timedelta(hours=29))


def test_a_lock_that_somebody_holds_is_not_waited_for(world: World) -> None:
    locks = NamedLocks(world.wiring.engine)
    with locks.try_hold("a") as first, locks.try_hold("a") as second, locks.try_hold("b") as other:
        assert (first, second, other) == (True, False, True)
    with locks.try_hold("a") as again:
        assert again
