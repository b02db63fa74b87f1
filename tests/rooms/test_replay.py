import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from app.audit.store import record
from app.campaigns.model import RuleSpec
from app.commissions.awards import AwardKind
from app.creators import enroll
from app.creators import store as creators
from app.db.fresh_schema import fresh_schema
from app.flows.derive_awards import derive
from app.flows.give_award import Given, give, revoke
from app.flows.replay import Erased, Replayed
from app.flows.replay_decisions import NotReplayable
from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.conftest import NOW
from tests.world import World

MONTHLY_FEE = RuleSpec("fixed_fee", {"amount": "50.00", "currency": "EUR", "every": "month"})
DAYS = [NOW - timedelta(days=days) for days in (60, 40, 20, 1)]


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO5", "THEO7")
    return made


def replayed(world: World, as_of: datetime | None = None) -> Replayed:
    now = world.wiring.clock.now()
    return world.wiring.replayer(world.context, as_of or now, now=now)


def differences(world: World, as_of: datetime | None = None) -> list[str]:
    found = replayed(world, as_of)
    assert found.compared.lines > 0
    assert (found.compared.digest == found.compared.replayed_digest) == (not found.compared.differences)
    return [*found.compared.differences, *found.unreadable]


def schemas(database: URL) -> list[str]:
    engine = create_engine(database)
    with engine.connect() as connection:
        names = text(r"select nspname from pg_namespace where nspname like 'replay\_%'")
        found = list(connection.scalars(names))
    engine.dispose()
    return found


def life(number: int) -> list[tuple[str, Json]]:
    """The events of an order's life: paid later, touched, refunded in part; some shared, some cancelled."""
    placed = DAYS[number % len(DAYS)]
    items = [line(10 * number + n, f"{19 + number}.99", 1 + n, off=[(0, "2.00")]) for n in (1, 2)]
    codes = [code(("MARA10", "theo5", "THEO7", "NOBODYS")[number % 4])]
    codes += [code("THEO5")] if number % 5 == 0 else []

    def version(step: int, status: str, **more: Any) -> Json:
        at = placed + timedelta(hours=step)
        return order(
            number, lines=items, codes=codes, placed=placed, updated=at, financial_status=status, **more
        )

    back = refund(900 + number, number, (10 * number + 2, 1), at=placed + timedelta(hours=3))
    events = [("orders/create", version(0, "pending")), ("orders/paid", version(1, "paid"))]
    if number % 3 == 0:
        events += [
            ("refunds/create", back),
            ("orders/updated", version(3, "partially_refunded", refunds=[back])),
        ]
    if number % 7 == 0:
        events.append(
            ("orders/cancelled", version(4, "refunded", cancelled_at=version(4, "x")["updated_at"]))
        )
    return events


def live_through(world: World, orders: range, seed: int = 1) -> None:
    """Deliver the lives shuffled and partly twice, with the worker at it in between."""
    deliveries = [event for number in orders for event in life(number)]
    chance = random.Random(seed)  # noqa: S311
    deliveries += chance.sample(deliveries, len(deliveries) // 4)
    chance.shuffle(deliveries)
    for n, (topic, body) in enumerate(deliveries):
        world.deliver(topic, body)
        if n % 9 == 0:
            world.work()
    world.work()


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


def test_an_erased_shop_is_refused_with_a_sentence(world: World) -> None:
    live_through(world, range(1, 3))
    world.deliver("app/uninstalled", {"id": 1})
    world.work()
    world.move_clock(hours=48)
    world.deliver("shop/redact", {"shop_id": 1, "shop_domain": world.domain})
    world.work()
    with pytest.raises(Erased, match="nothing can be replayed"):
        replayed(world)


def test_what_is_parked_or_ignored_stays_so(world: World) -> None:
    live_through(world, range(1, 3))
    done = len(world.inbox())
    world.deliver("orders/create", b'{"id": 77, "broken": true}')
    world.deliver("carts/update", {"id": 1})
    world.work()
    found = replayed(world)
    assert (found.identical, found.events) == (True, done)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            "update credits set commission_minor = commission_minor + 1 where order_id = 1",
            "credit 1 theo: commission_minor is ",
        ),
        ("update orders set name = '#X' where id = 2", 'order 2: name is "#X", by replay "#2"'),
        (
            "delete from credits where order_id = 1",
            "credit 1 theo: replaying gives it, and it does not stand in the books",
        ),
        ("update rollup_shop_day set orders = orders + 1", "shop_day "),
        ("update conversions set reason_code = 'paused' where order_id = 3", "conversion 3: reason_code is"),
    ],
)
def test_a_planted_difference_is_found_and_named(world: World, damage: str, told: str) -> None:
    live_through(world, range(1, 5))
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text(damage))
    found = replayed(world)
    assert not found.identical
    assert any(told in sentence for sentence in found.compared.differences), found.compared.differences
    assert found.compared.different == len(found.compared.differences)


def test_a_decision_of_a_kind_that_nobody_knows_is_named(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        record(session, "moon.landed", subject="moon", actor="42", facts={}, now=NOW)
    with pytest.raises(NotReplayable, match=r"moon\.landed about 'moon'"):
        replayed(world)


def test_a_decision_that_cannot_be_taken_again_is_named(world: World) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        facts = {"creator": "nobody", "program": "main", "code": "X"}
        record(session, "code.assigned", subject="X", actor="42", facts=facts, now=NOW)
    with pytest.raises(NotReplayable, match="There is no creator 'nobody'"):
        replayed(world)


def test_what_a_killed_replay_left_behind_is_removed_by_the_next(world: World, database: URL) -> None:
    live_through(world, range(1, 3))
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("create schema replay_12 create table orders (id bigint)"))
    engine.dispose()
    assert differences(world) == []
    assert schemas(database) == []


def test_a_replay_that_is_under_way_keeps_its_schema(world: World, database: URL) -> None:
    live_through(world, range(1, 3))
    with fresh_schema(database) as theirs:
        assert differences(world) == []
        assert schemas(database) == [theirs]
    assert schemas(database) == []


def test_the_fences_stand_in_the_fresh_schema_too(world: World) -> None:
    bare = text(
        "select relname from pg_class where relnamespace = cast(current_schema() as regnamespace) "
        "and relkind = 'r' and not (relrowsecurity and relforcerowsecurity) order by 1"
    )
    with (
        world.wiring.replayer.open_fresh() as fresh,
        fresh.shop_session(world.shop_id) as session,
        world.wiring.shop_session(world.shop_id) as live,
    ):
        assert session.scalars(bare).all() == [
            name for name in live.scalars(bare) if not name.startswith(("procrastinate_", "alembic_"))
        ]
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(text("insert into balances values (0, 1, 'EUR', 'cash', 0, 0)"))
        session.rollback()
        with pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text("delete from postings"))
