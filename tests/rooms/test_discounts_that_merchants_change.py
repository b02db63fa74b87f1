"""A discount of ours that was edited, emptied or deleted in Shopify is noticed and told, and can be put back or kept."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.model import Discount
from app.flows.issue_code import IssueCodes
from app.flows.rotate_code import retry_all
from app.flows.watch_discounts import WatchDiscounts, keep, put_back
from app.kernel.clock import FixedClock
from app.kernel.errors import NotFound
from app.shopify.discount_look import Seen
from app.tracking.add_code import add_code
from app.tracking.store import drift
from app.wiring import Wiring
from tests.conftest import NOW
from tests.pretend_discounts import Shelf
from tests.world import INSTALLED, World

Said = dict[str, dict[str, str]]
TEN = {"Takes off": "10 %", "Ends": "never"}
FIFTY = {"Takes off": "50 %", "Ends": "never"}
BOTH = ["redeem/MARA10", "redeem/MARA-VIP"]
REMOVED = "This code was removed from its discount in Shopify."


@pytest.fixture
def world(wiring: Wiring) -> World:
    """A connected shop whose program has two codes on their way to Shopify."""
    made = World(wiring)
    made.offer(made.rules, INSTALLED, discount=Discount(percent=Decimal(10)))
    made.creator("mara")
    with wiring.shop_session(made.shop_id) as session, session.begin():
        session.execute(text("update shops set offline = false"))
        number = session.execute(text("select id from enrollments")).scalar_one()
        for code in ("MARA10", "MARA-VIP"):
            add_code(session, number, code, live=False, program="main", actor="staff", now=NOW)
    return made


def issue(world: World, shelf: Shelf) -> None:
    clock = FixedClock(NOW)
    open_session, queue = world.wiring.shop_session, world.wiring.queue
    job = IssueCodes(open_session, lambda _: shelf, queue, clock, lambda _ms: None, clock)
    job(shop_id=world.shop_id, program_id=world.program_id)


@dataclass
class Shopify:
    """What Shopify says of each discount, and which codes of it are there."""

    said: Said
    there: list[str] | None = None
    asked: int = 0

    def look(self, gid: str) -> Seen | None:
        codes = BOTH if self.there is None else self.there
        return Seen(self.said[gid], len(codes)) if gid in self.said else None

    def codes(self, _gid: str) -> list[str]:
        self.asked += 1
        return BOTH if self.there is None else self.there


def look(world: World, said: Said, there: list[str] | None = None) -> int:
    """How often the codes were asked for one by one."""
    parts, shopify = world.wiring, Shopify(said, there)
    watch = WatchDiscounts(
        parts.batch_session, parts.shop_session, lambda _: shopify, parts.queue, FixedClock(NOW)
    )
    watch.one_shop(shop_id=world.shop_id)
    return shopify.asked


def found(world: World) -> list[drift.Drift]:
    with world.wiring.shop_session(world.shop_id) as session:
        return drift.changed(session)


def states(world: World) -> dict[str, tuple[str, str | None]]:
    with world.wiring.shop_session(world.shop_id) as session:
        rows = session.execute(text("select code, state, failure from codes")).all()
    return {row.code: (row.state, row.failure) for row in rows}


def decided(world: World, decide: Any) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        decide(session)


def edited(world: World) -> Shelf:
    """Issued at ten percent, looked at, and then set to fifty by the merchant."""
    shelf = Shelf()
    issue(world, shelf)
    look(world, {"node/1": TEN})
    look(world, {"node/1": FIFTY})
    return shelf


def test_an_edit_is_told_with_both_values(world: World) -> None:
    edited(world)
    (one,) = found(world)
    assert one.changes == (("Takes off", "10 %", "50 %"),)
    assert (one.name, one.kept) == ("Main", False)


def test_what_nobody_touched_is_no_difference(world: World) -> None:
    issue(world, Shelf())
    look(world, {"node/1": TEN})
    look(world, {"node/1": TEN})
    assert found(world) == []


def test_a_version_that_is_kept_stays_visible_until_it_changes_again(world: World) -> None:
    edited(world)
    decided(world, lambda session: keep(session, "node/1", actor="staff", now=NOW))
    look(world, {"node/1": FIFTY})
    assert [one.kept for one in found(world)] == [True]
    look(world, {"node/1": TEN | {"Takes off": "60 %"}})
    assert [one.kept for one in found(world)] == [False]


def test_putting_back_writes_the_terms_once_more_and_the_difference_ends(world: World) -> None:
    shelf = edited(world)
    decided(world, lambda s: put_back(s, world.wiring.queue, "node/1", actor="staff", now=NOW))
    look(world, {"node/1": FIFTY})
    assert len(found(world)) == 1
    issue(world, shelf)
    assert shelf.asked.count("update") == 1
    look(world, {"node/1": TEN})
    assert found(world) == []


def test_a_new_offer_is_no_difference(world: World) -> None:
    shelf = edited(world)
    world.offer(world.rules, NOW, discount=Discount(percent=Decimal(20)))
    issue(world, shelf)
    look(world, {"node/1": TEN | {"Takes off": "20 %"}})
    assert found(world) == []


def test_codes_of_a_deleted_discount_are_shown_as_not_working(world: World) -> None:
    shelf = edited(world)
    shelf.delete("node/1")
    look(world, {})
    issue(world, shelf)
    gone = "The discount that held this code was deleted in Shopify."
    assert states(world) == {"MARA10": ("failed", gone), "MARA-VIP": ("failed", gone)}


def test_a_code_that_was_taken_away_in_shopify_does_not_work_any_more(world: World) -> None:
    issue(world, Shelf())
    body = {"admin_graphql_api_id": "node/1", "redeem_code": {"id": "redeem/MARA10", "code": "MARA10"}}
    for _ in range(2):
        world.deliver("discounts/redeemcode_removed", body)
    world.work()
    assert states(world) == {
        "MARA10": ("failed", REMOVED),
        "MARA-VIP": ("active", None),
    }


def test_a_code_that_is_missing_in_the_count_is_found_though_no_webhook_came(world: World) -> None:
    issue(world, Shelf())
    assert look(world, {"node/1": TEN}) == 0
    assert look(world, {"node/1": TEN}, ["redeem/MARA-VIP"]) == 1
    assert states(world) == {"MARA10": ("failed", REMOVED), "MARA-VIP": ("active", None)}
    assert look(world, {"node/1": TEN}, ["redeem/MARA-VIP"]) == 0


def test_a_code_of_the_merchants_own_in_our_discount_is_left_alone(world: World) -> None:
    issue(world, Shelf())
    assert look(world, {"node/1": TEN}, [*BOTH, "redeem/FRIENDS"]) == 1
    assert {state for state, _ in states(world).values()} == {"active"}


def test_all_codes_that_shopify_has_not_are_created_again_at_once(world: World) -> None:
    shelf = Shelf()
    issue(world, shelf)
    shelf.codes.clear()
    look(world, {"node/1": TEN}, [])
    assert {state for state, _ in states(world).values()} == {"failed"}
    desk, counted = world.wiring.desk, []
    for _ in range(2):
        decided(world, lambda s: counted.append(retry_all(s, desk, "main", actor="staff", now=NOW)))
    assert counted == [2, 0]
    issue(world, shelf)
    assert {state for state, _ in states(world).values()} == {"active"}
    assert look(world, {"node/1": TEN}) == 0


def test_a_delivery_about_one_of_ours_has_it_looked_at_once(world: World) -> None:
    issue(world, Shelf())
    for gid in ("node/1", "node/1", "node/of/others"):
        world.deliver("discounts/update", {"admin_graphql_api_id": gid})
    world.work()
    with world.wiring.platform_session() as session:
        queued = "select count(*) from procrastinate_jobs where task_name = 'discounts.look'"
        assert session.execute(text(queued)).scalar_one() == 1
        reasons = "select state, reason from inbox where topic = 'discounts/update' order by id"
        said = [tuple(row) for row in session.execute(text(reasons))]
    assert said[-1] == ("ignored", "The discount is not one of ours.")
    assert [state for state, _ in said[:2]] == ["done", "done"]


def test_a_discount_of_somebody_else_can_be_neither_kept_nor_put_back(world: World) -> None:
    with pytest.raises(NotFound):
        decided(world, lambda session: keep(session, "node/9", actor="staff", now=NOW))
    with pytest.raises(NotFound):
        decided(world, lambda s: put_back(s, world.wiring.queue, "node/9", actor="staff", now=NOW))
