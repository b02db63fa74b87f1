from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from app.campaigns.crediting import Crediting
from app.campaigns.model import ProgramDraft, RuleSpec
from app.campaigns.put_program import put
from app.commissions.awards import AwardKind
from app.creators import enroll
from app.creators import store as creators
from app.flows.assign import Part, assign, undo
from app.flows.derive_awards import derive
from app.flows.give_award import Given, give, revoke
from app.flows.take_clicks import take_clicks
from app.tracking import store as tracking
from app.tracking.add_link import add_link
from app.tracking.click import Click, Consent, Verdict
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.replaying import DAYS, differences, life, live_through, replayed, schemas, two_creators
from tests.world import World

MONTHLY_FEE = RuleSpec("fixed_fee", {"amount": "50.00", "currency": "EUR", "every": "month"})


@pytest.fixture
def world(wiring: Wiring) -> World:
    return two_creators(wiring)


def test_what_was_shuffled_repeated_and_refunded_replays_to_the_same_bytes(
    world: World, database: URL
) -> None:
    live_through(world, range(1, 25))
    before = world.balances()
    found = replayed(world)
    assert found.identical, found.compared.differences
    assert found.events == len(world.inbox())
    assert found.compared.lines > 100
    assert world.balances() == before
    assert schemas(database) == []


@pytest.mark.parametrize("days", [-50, -10, 0, 45])
def test_as_of_another_time_only_the_clock_differs(world: World, days: int) -> None:
    live_through(world, range(1, 12))
    assert differences(world, NOW + timedelta(days=days)) == []


def test_holds_that_ended_while_no_worker_ran_count_as_over_on_both_sides(world: World) -> None:
    live_through(world, range(1, 6))
    before = replayed(world).compared.digest
    world.move_clock(days=40)
    assert differences(world) == []
    assert replayed(world).compared.digest != before


def test_a_price_that_was_changed_for_the_past_replays_to_the_same_bytes(world: World) -> None:
    live_through(world, range(1, 9))
    world.offer([RuleSpec("percent", {"rate": "0.2"})], DAYS[1])
    world.judge_again(range(1, 9))
    assert differences(world) == []


def test_pauses_and_codes_given_later_replay_to_the_same_bytes(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        mara = creators.creator(session, "mara")
        more: Any = {"program_id": world.program_id, "program": "main", "actor": "42"}
        enroll.pause(session, mara, **more, now=DAYS[1] - timedelta(days=1))
        enroll.resume(session, mara, **more, now=DAYS[2] - timedelta(days=1))
    live_through(world, range(1, 13))
    world.creator("zoe", "NOBODYS")
    world.judge_again(range(1, 13))
    assert differences(world) == []


def test_people_who_say_who_brought_an_order_and_take_it_back_replay_to_the_same_bytes(world: World) -> None:
    live_through(world, range(1, 9))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        for number, day in ((1, 2), (2, 2), (3, 3)):
            halves = [Part("mara", Decimal("0.25")), Part("theo", Decimal("0.75"))]
            assign(session, str(number), halves, reason="They asked", actor="42", now=DAYS[day])
        assign(session, "#4", [], reason="Nobody's", actor="42", now=DAYS[3])
        undo(session, "2", actor="42", now=DAYS[3])
    world.work()
    found = replayed(world)
    assert found.identical, found.compared.differences
    with world.wiring.shop_session(world.shop_id) as session:
        shared = text("select count(*) from credits where order_id in (1, 3) and weight < 1")
        assert session.execute(shared).scalar_one() == 4


def test_clicks_and_bound_customers_replay_to_the_same_bytes(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        draft = ProgramDraft("main", "Main", 30, 30, Crediting(binding_days=None), code_pattern="{HANDLE}")
        put(session, draft, actor="42", now=DAYS[0] - timedelta(days=1))
        enrollment = creators.enrollment(session, creators.creator(session, "theo").id, world.program_id)
        more: Any = {"program": "main", "actor": "42", "now": DAYS[0]}
        add_link(session, enrollment.id, "theo", to_path="/", channel="blog", **more)
        link = tracking.link(session, "theo")
        assert link is not None
        at, granted = DAYS[2] - timedelta(hours=1), Consent.GRANTED
        click = Click(id=9, link_id=link.id, at=at, visitor="v1", verdict=Verdict.BILLABLE, consent=granted)
        take_clicks(session, [(world.shop_id, click)])
    seen: Json = {"note_attributes": [{"name": "_tribute_visitor", "value": "v1"}]}
    for number, how in enumerate([{"codes": [code("MARA10")]}, seen, {}, seen | {"customer": {"id": 78}}]):
        placed = DAYS[2] + timedelta(hours=number)
        world.deliver("orders/create", order(number + 1, placed=placed, **how))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        told = session.execute(
            text("select distinct c ->> 'kind' from conversions, jsonb_array_elements(candidates) c")
        )
        assert set(told.scalars()) == {"code", "click", "binding"}
    assert differences(world) == []


def test_what_was_given_taken_back_and_owed_by_terms_replays_to_the_same_bytes(world: World) -> None:
    world.offer([RuleSpec("percent", {"rate": "0.12"}), MONTHLY_FEE], DAYS[0])
    live_through(world, range(1, 4))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        bonus = Given(AwardKind.BONUS, "mara", "main", 5000, "EUR", "For the launch", 10, "1")
        gift = Given(AwardKind.GIFT, "theo", "main", 1200, "EUR", "A serum", 0, "2")
        key = give(session, bonus, actor="42", now=DAYS[2])
        give(session, gift, actor="42", now=DAYS[3])
        revoke(session, key, reason="A mistake", actor="42", now=DAYS[3])
        give(session, Given(AwardKind.BONUS, "mara", "main", 700, "EUR", "More", 0, "3"), actor="42", now=NOW)
    with world.wiring.batch_session() as batch:
        assert derive(batch, world.context, NOW) == 4
    world.work()
    assert world.balances()["mara", "payable"] + world.balances()["mara", "pending"] > 10_000
    assert differences(world) == []
    assert differences(world, DAYS[0]) == []
    assert differences(world, NOW + timedelta(days=100)) == []


def test_every_shop_replays_for_itself(world: World) -> None:
    other = World(world.wiring, domain="luma.myshopify.com", currency="USD")
    other.creator("aaron", "MARA10")
    live_through(world, range(1, 8))
    for number in range(1, 8):
        other.deliver(
            "orders/create",
            order(number, currency="USD", lines=[line(currency="USD")], codes=[code("MARA10")]),
        )
    other.work()
    assert differences(world) == []
    assert differences(other) == []


def test_a_redacted_customer_changes_not_a_byte(world: World) -> None:
    for number in (1, 2):
        for topic, body in life(number):
            world.deliver(topic, body | {"email": "ada@example.com", "customer": {"id": 7}})
    world.work()
    before = replayed(world).compared.digest
    world.deliver("customers/redact", {"customer": {"id": 7}, "orders_to_redact": [1, 2]})
    world.work()
    found = replayed(world)
    assert found.identical, found.compared.differences
    assert found.compared.digest == before


def test_a_version_that_says_nothing_of_the_shopper_takes_who_it_was_from_an_older_one(world: World) -> None:
    nobody: Json = {"email": None, "customer": None}
    for step, who in enumerate([nobody, {"email": "ada@example.com", "customer": {"id": 7}}, nobody]):
        at = DAYS[3] + timedelta(hours=step)
        world.deliver("orders/updated", order(1, placed=DAYS[3], updated=at, codes=[code("MARA10")]) | who)
        world.work()
    assert differences(world) == []
