from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.db.session import ShopSession
from app.flows.carriers import GONE
from app.flows.code_run import NO_DISCOUNT, POLLS
from app.flows.issue_code import JOB, LATER, IssueCodes, IssueLater, request
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.shopify.errors import AccessDenied, NeedsReauth, Throttled
from app.shops import store as shops
from app.tracking import store
from app.tracking.model import CodeState
from app.wiring import Wiring
from tests.apply_files import a_file, apply
from tests.pretend_discounts import Killed, Shelf, lost
from tests.tenants import a_shop

DOMAIN = "lumen.myshopify.com"


@dataclass
class Scene:
    """An installed shop with a program and codes that wait, and the job that issues them."""

    wiring: Wiring
    shelf: Shelf = field(default_factory=Shelf)
    shop: ShopId = field(init=False)
    slept_ms: int = 0

    def __post_init__(self) -> None:
        self.shop = a_shop(self.wiring, DOMAIN)

    def wants(self, *codes: str, percent: str = "10") -> None:
        file = a_file()
        file["creators"][0]["codes"] = list(codes)
        file["programs"][0]["offer"]["discount"]["percent"] = percent
        apply(self.wiring, file, offline=False, reprice=True)

    def run(self) -> None:
        def sleep(ms: int) -> None:
            self.slept_ms += ms

        clock = self.wiring.clock
        job = IssueCodes(
            self.wiring.shop_session,
            lambda _: self.shelf,
            self.wiring.queue,
            clock,
            sleep,
            FixedClock(clock.now()),
        )
        job(shop_id=self.shop, program_id=self.program)

    @property
    def program(self) -> int:
        with self.wiring.shop_session(self.shop) as session:
            return campaigns.program(session, "main").id

    def codes(self) -> dict[str, tuple[CodeState, str | None]]:
        with self.wiring.shop_session(self.shop) as session:
            return {c.code: (c.state, c.failure) for c in store.every_code(session)}

    def states(self) -> list[CodeState]:
        return [state for state, _ in self.codes().values()]

    def jobs(self) -> list[str]:
        with self.wiring.platform_session() as session:
            return list(session.scalars(text("select task_name from procrastinate_jobs order by id")))

    def forget_jobs(self) -> None:
        with self.wiring.platform_session() as session, session.begin():
            session.execute(text("delete from procrastinate_jobs"))


@pytest.fixture
def scene(wiring: Wiring) -> Scene:
    return Scene(wiring)


def test_the_first_code_makes_the_programs_discount_and_the_rest_join_it(scene: Scene) -> None:
    scene.wants("MARA10", "MARA-VIP", "MARA-X")
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert scene.shelf.codes == dict.fromkeys(("MARA10", "MARA-VIP", "MARA-X"), "node/1")
    (terms,) = scene.shelf.terms.values()
    assert (terms.title, str(terms.percent)) == ("Tribute: Main", "10")
    assert [a for a in scene.shelf.asked if a in {"create", "add"}] == ["create", "add"]


def test_running_again_asks_for_nothing(scene: Scene) -> None:
    scene.wants("MARA10", "MARA20")
    scene.run()
    scene.shelf.asked.clear()
    scene.run()
    assert scene.shelf.asked == []


def test_a_code_that_the_merchant_has_elsewhere_fails_alone_with_a_sentence(scene: Scene) -> None:
    scene.shelf.codes.update({"SALE": "summer", "MORE": "winter"})
    scene.wants("SALE", "MARA10", "more", "MARA20")
    scene.run()
    codes = scene.codes()
    assert codes["MARA10"] == codes["MARA20"] == (CodeState.ACTIVE, None)
    assert codes["SALE"] == (
        CodeState.FAILED,
        "The code 'SALE' already belongs to the discount 'title of summer' of this shop.",
    )
    assert codes["more"][0] is CodeState.FAILED
    assert "winter" in str(codes["more"][1])


CRASHES = ["before create", "after create", "before add", "after add"]


@pytest.mark.parametrize("moment", CRASHES)
def test_a_worker_killed_at_any_call_creates_nothing_twice(scene: Scene, moment: str) -> None:
    scene.wants("MARA10", "MARA20", "MARA30")
    scene.shelf.fail[moment] = Killed()
    with pytest.raises(Killed):
        scene.run()
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert len(scene.shelf.terms) == 1
    assert sorted(scene.shelf.codes) == ["MARA10", "MARA20", "MARA30"]


@pytest.mark.parametrize("moment", CRASHES)
def test_an_unknown_outcome_is_looked_up_by_a_later_job(scene: Scene, moment: str) -> None:
    scene.wants("MARA10", "MARA20", "MARA30")
    scene.shelf.fail[moment] = lost()
    scene.forget_jobs()
    scene.run()
    assert scene.jobs() == [LATER]
    assert scene.slept_ms < 5000  # E7: five seconds; whoever waits longer leaves it to a later job.
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert len(scene.shelf.terms) == 1


def test_throttling_leaves_the_codes_waiting_for_the_next_try(scene: Scene) -> None:
    scene.wants("MARA10")
    scene.shelf.fail["before create"] = Throttled(DOMAIN, 7)
    with pytest.raises(Throttled):
        scene.run()
    assert scene.states() == [CodeState.WAITING]
    scene.run()
    assert scene.states() == [CodeState.ACTIVE]


def test_a_shop_that_must_sign_in_again_keeps_its_codes_waiting(scene: Scene) -> None:
    scene.wants("MARA10")
    scene.shelf.fail["before create"] = NeedsReauth(DOMAIN)
    with pytest.raises(NeedsReauth):
        scene.run()
    assert scene.states() == [CodeState.WAITING]


def test_a_missing_scope_is_shown_beside_the_code(scene: Scene) -> None:
    scene.wants("MARA10")
    scene.shelf.fail["before create"] = AccessDenied(DOMAIN, "DiscountCreate", "write_discounts is missing.")
    with pytest.raises(AccessDenied):
        scene.run()
    assert scene.codes()["MARA10"][0] is CodeState.FAILED
    assert "write_discounts" in str(scene.codes()["MARA10"][1])


def test_shopify_may_take_its_time_and_a_later_job_looks_again(scene: Scene) -> None:
    scene.wants("MARA10", "MARA20")
    scene.shelf.slow_polls = POLLS
    scene.forget_jobs()
    scene.run()
    assert scene.jobs() == [LATER]
    assert scene.states() == [CodeState.ACTIVE, CodeState.ISSUING]
    assert 0 < scene.slept_ms < 5000
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}


def test_a_forgotten_bulk_creation_is_settled_by_looking_at_the_codes(scene: Scene) -> None:
    scene.wants("MARA10", "MARA20", "MARA30")
    scene.shelf.slow_polls = POLLS
    scene.run()
    scene.shelf.bulks.clear()
    del scene.shelf.codes["MARA30"]
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert sorted(scene.shelf.codes) == ["MARA10", "MARA20", "MARA30"]


def test_changed_terms_are_written_into_the_discount(scene: Scene) -> None:
    scene.wants("MARA10")
    scene.run()
    scene.wants("MARA10", percent="15")
    scene.run()
    assert [t.percent for t in scene.shelf.terms.values()] == [15]
    assert scene.shelf.asked.count("update") == 1


def test_a_discount_deleted_in_shopify_is_made_anew_for_the_next_code(scene: Scene) -> None:
    scene.wants("MARA10")
    scene.run()
    scene.shelf.delete("node/1")
    scene.wants("MARA10", "MARA20")
    scene.run()
    assert scene.codes()["MARA10"] == (CodeState.FAILED, GONE)
    scene.run()
    assert scene.codes()["MARA20"][0] is CodeState.ACTIVE
    scene.wants("MARA10", "MARA20")
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}


def test_a_program_that_takes_nothing_off_says_why_it_has_no_codes(scene: Scene) -> None:
    scene.wants("MARA10", percent="0")
    scene.run()
    assert scene.codes()["MARA10"] == (CodeState.FAILED, NO_DISCOUNT)
    assert scene.shelf.asked == []


def test_an_offline_shop_is_never_asked_about(scene: Scene) -> None:
    scene.wants("MARA10")
    with scene.wiring.platform_session() as session, session.begin():
        shops.change(session, scene.shop, offline=True)
    scene.run()
    assert scene.shelf.asked == []


def test_hundreds_of_codes_go_in_portions_that_shopify_takes(scene: Scene) -> None:
    scene.wants(*(f"MARA{n}" for n in range(600)))
    scene.run()
    assert set(scene.states()) == {CodeState.ACTIVE}
    assert scene.shelf.asked.count("add") == 3


def test_a_waiting_request_is_not_queued_twice_and_a_later_one_holds_no_lock(scene: Scene) -> None:
    def ask(session: ShopSession, **more: Any) -> None:
        request(session, scene.wiring.queue, 1, **more)

    at = scene.wiring.clock.now()
    with scene.wiring.shop_session(scene.shop) as session, session.begin():
        for _ in range(2):
            ask(session)
            ask(session, at=at)
    with scene.wiring.platform_session() as platform:
        queued = platform.execute(text("select task_name, lock from procrastinate_jobs order by id")).all()
    assert [tuple(q) for q in queued] == [(JOB, f"{JOB} {scene.shop}"), (LATER, None)]


def test_when_its_time_has_come_a_later_request_becomes_one(scene: Scene) -> None:
    later = IssueLater(scene.wiring.shop_session, scene.wiring.queue)
    later(shop_id=scene.shop, program_id=1)
    assert scene.jobs() == [JOB]
