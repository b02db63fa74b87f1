"""Codes that work once: made ahead, handed out to one visit each, credited, taken out when their time is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.db.session import ShopSession
from app.flows import fill_pool
from app.flows.empty_pool import EmptyPools
from app.flows.fill_pool import STOCK, FillPool
from app.flows.hand_out import HandOut
from app.kernel.clock import FixedClock
from app.shopify.errors import UserError, UserErrors
from app.tracking.single_use import MOST_OF_ADDRESS, Pool, Visitor
from app.tracking.store import single
from app.wiring import Wiring
from tests.apply_files import a_file, apply
from tests.pretend_discounts import Killed
from tests.rooms.test_issue_code import Scene

ONCE = {"percent": "10", "single_use": {"days": 7}}


def visitor(number: int, *, browser: str = "", address: str = "") -> Visitor:
    """Somebody who came by the link a moment ago; a browser of their own, unless it is named."""
    who, where = browser or f"browser {number}", address or f"address {number}"
    return Visitor(LINK[0], number, (f"{who} today", f"{who} before"), (f"{where} today", f"{where} before"))


LINK = [0]


class Pooled(Scene):
    """A shop whose links hand out codes."""

    def offers(self, discount: dict[str, Any]) -> None:
        file = a_file()
        file["programs"][0]["offer"]["discount"] = discount
        file["creators"][0]["links"] = [{"slug": "mara", "to": "/", "channel": "instagram"}]
        apply(self.wiring, file, offline=False, reprice=True)
        with self.wiring.shop_session(self.shop) as session:
            LINK[0] = session.execute(text("select id from links")).scalar_one()

    def fill(self) -> None:
        job = FillPool(self.wiring.shop_session, lambda _: self.shelf, self.wiring.clock, lambda _: None)
        job(shop_id=self.shop, program_id=self.program)

    def nightly(self, after: timedelta = timedelta()) -> None:
        clock = FixedClock(self.wiring.clock.now() + after)
        wiring = self.wiring
        jobs = EmptyPools(
            wiring.batch_session, wiring.shop_session, lambda _: self.shelf, wiring.queue, clock
        )
        jobs.one_shop(shop_id=self.shop)

    def asks(self, who: Visitor, after: timedelta = timedelta(), usual: str | None = None) -> str | None:
        clock = FixedClock(self.wiring.clock.now() + after)
        return HandOut(self.wiring.shop_session, self.wiring.queue, clock)(self.shop, who, usual)

    def pool(self) -> Pool:
        with self.session() as session:
            return single.pool(session, self.program)

    def session(self) -> ShopSession:
        return self.wiring.shop_session(self.shop)

    def own_codes(self) -> set[str]:
        """Of the shelf's codes those that are in the pool's discount."""
        pools = {gid for gid, terms in self.shelf.terms.items() if "single use" in terms.title}
        return {code for code, gid in self.shelf.codes.items() if gid in pools}


@pytest.fixture
def scene(wiring: Wiring) -> Pooled:
    made = Pooled(wiring)
    made.offers(ONCE)
    return made


@pytest.fixture
def filled(scene: Pooled) -> Pooled:
    scene.run()
    scene.fill()
    return scene


def test_the_pool_is_one_discount_of_which_each_code_works_once(filled: Pooled) -> None:
    assert filled.pool() == Pool(STOCK, 0, 0, 0, 0)
    (terms,) = [t for t in filled.shelf.terms.values() if "single use" in t.title]
    assert (terms.given.usage_limit, terms.given.limit_per_code, str(terms.percent)) == (1, False, "10")
    assert len(filled.own_codes()) == STOCK


def test_publishing_asks_for_the_pool_and_a_second_run_only_looks_whether_it_still_stands(
    scene: Pooled,
) -> None:
    scene.run()
    assert fill_pool.JOB in scene.jobs()
    scene.fill()
    scene.shelf.asked.clear()
    scene.fill()
    assert scene.shelf.asked == ["find"]


@pytest.mark.parametrize("moment", ["before create", "after create", "before add", "after add"])
def test_a_worker_killed_while_it_fills_the_pool_is_carried_on(scene: Pooled, moment: str) -> None:
    scene.shelf.fail[moment] = Killed()
    with pytest.raises(Killed):
        scene.fill()
    scene.fill()
    if scene.pool().left < STOCK:
        scene.fill()
    assert scene.pool().left == STOCK
    assert len([t for t in scene.shelf.terms.values() if "single use" in t.title]) == 1


def test_forty_shoppers_at_once_get_forty_different_codes(filled: Pooled) -> None:
    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(lambda n: filled.asks(visitor(n)), range(1, 41)))
    assert len(set(codes)) == 40
    assert set(codes) <= filled.own_codes()
    assert filled.pool() == Pool(STOCK - 40, 0, 40, 0, 0)


def test_one_visitor_in_many_tabs_gets_one_code_and_the_same_again_later(filled: Pooled) -> None:
    with ThreadPoolExecutor(8) as threads:
        codes = set(threads.map(lambda n: filled.asks(visitor(n, browser="mine")), range(1, 13)))
    assert len(codes) == 1
    assert filled.asks(visitor(99, browser="mine"), after=timedelta(hours=20)) in codes
    tomorrow = replace_prints(visitor(100), ("another key", "mine today"))
    assert filled.asks(tomorrow, after=timedelta(hours=30)) in codes
    day_after = replace_prints(visitor(101), ("a third key", "another key"))
    assert filled.asks(day_after, after=timedelta(hours=54)) in codes
    assert filled.asks(day_after, after=timedelta(days=8)) not in codes


def replace_prints(who: Visitor, prints: tuple[str, str]) -> Visitor:
    return who._replace(prints=prints)


def test_a_click_that_is_passed_on_gets_somebody_else_no_second_code(filled: Pooled) -> None:
    first = filled.asks(visitor(7))
    assert filled.asks(visitor(7, browser="a friend's")) == "MARA10"
    assert filled.asks(visitor(7)) == first
    assert filled.pool().handed == 1


def test_who_dies_before_the_commit_hands_nothing_out_and_after_it_the_same_again(filled: Pooled) -> None:
    with filled.session() as session:
        session.begin()
        link = single.whose(session, LINK[0], filled.wiring.clock.now())
        assert link is not None
        now = filled.wiring.clock.now()
        lost = single.take(session, link, visitor(1), now, now + timedelta(days=1))
        session.rollback()
    assert filled.pool().handed == 0
    given = filled.asks(visitor(2))
    assert given == lost
    assert filled.asks(visitor(2)) == given


def test_one_address_cannot_empty_the_pool(filled: Pooled) -> None:
    codes = [filled.asks(visitor(n, address="one")) for n in range(1, MOST_OF_ADDRESS + 4)]
    assert codes[MOST_OF_ADDRESS:] == ["MARA10"] * 3
    assert filled.pool().handed == MOST_OF_ADDRESS


@pytest.mark.parametrize(("otherwise", "given"), [("own_code", "MARA10"), ("nothing", None)])
def test_an_empty_pool_falls_back_as_the_offer_says_and_is_filled(
    scene: Pooled, otherwise: str, given: str | None
) -> None:
    scene.offers({**ONCE, "single_use": {"else": otherwise}})
    scene.run()
    scene.forget_jobs()
    assert scene.asks(visitor(1), usual="USUAL") == given
    assert scene.jobs() == [fill_pool.JOB]


def test_a_program_that_hands_out_none_does_what_its_links_always_did(scene: Pooled) -> None:
    scene.offers({"percent": "10"})
    scene.run()
    assert scene.asks(visitor(1), usual="USUAL") == "USUAL"


def test_unused_codes_leave_shopify_after_their_time_and_are_counted(filled: Pooled) -> None:
    code = filled.asks(visitor(1))
    filled.nightly(timedelta(days=7))
    assert code in filled.own_codes()
    filled.nightly(timedelta(days=7, hours=2))
    assert code not in filled.own_codes()
    assert filled.pool() == Pool(STOCK - 1, 0, 1, 0, 1)


def test_what_tells_of_a_browser_is_forgotten_after_two_days(filled: Pooled) -> None:
    filled.asks(visitor(1))
    filled.nightly(timedelta(days=2, seconds=1))
    with filled.session() as session:
        row = session.execute(text("select visitor, sender from single_codes where state = 'handed'")).one()
    assert tuple(row) == (None, None)


def test_terms_that_hand_out_none_any_more_empty_the_pool(filled: Pooled) -> None:
    filled.asks(visitor(1))
    filled.offers({"percent": "10"})
    filled.nightly()
    assert len(filled.own_codes()) == 1
    assert filled.pool().left == 0


def test_another_kind_of_discount_is_another_pool_and_the_old_one_goes_when_its_codes_are_over(
    filled: Pooled,
) -> None:
    kept = filled.asks(visitor(1))
    filled.offers({"free_shipping": True, "single_use": {}})
    filled.fill()
    assert filled.asks(visitor(2)) != kept
    filled.nightly()
    assert kept in filled.shelf.codes
    filled.nightly(timedelta(days=8))
    assert [t.kind for t in filled.shelf.terms.values() if "single use" in t.title] == ["free_shipping"]


def test_changed_terms_are_written_and_a_refusal_is_kept(filled: Pooled) -> None:
    filled.offers({**ONCE, "percent": "15"})
    filled.fill()
    assert {str(t.percent) for t in filled.shelf.terms.values() if "single use" in t.title} == {"15"}
    filled.offers({**ONCE, "percent": "20"})
    filled.shelf.fail["before update"] = UserErrors("x", [UserError("a", "INVALID", "Not today.")])
    filled.fill()
    with filled.session() as session:
        assert "Not today." in session.execute(text("select refusal from single_discounts")).scalar_one()


def test_a_pool_that_the_merchant_deleted_in_shopify_is_made_anew(filled: Pooled) -> None:
    (gid,) = [gid for gid, t in filled.shelf.terms.items() if "single use" in t.title]
    filled.shelf.delete(gid)
    filled.fill()
    assert filled.pool().left == STOCK
    assert len(filled.own_codes()) == STOCK
