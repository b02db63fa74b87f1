"""Bodies of the inbox are compressed after a month, and nobody who reads them notices."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from app.flows.pack_bodies import PackBodies
from app.inbox import store as inbox
from app.inbox.packing import pack, unpack
from app.shops import store as shops
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    for number in (1, 2):
        body = order(number, lines=[line()], codes=[code("MARA10")], email="ada@example.com")
        made.deliver("orders/create", body)
    made.work()
    return made


def pack_now(world: World, days: int) -> None:
    """The nightly job, that many days after everything came. The database's own clock stamps what comes."""
    with world.wiring.platform_session() as session, session.begin():
        session.execute(text("update inbox set received_at = :at"), {"at": world.wiring.clock.now()})
    world.move_clock(days=days)
    PackBodies(world.wiring.platform_session, world.wiring.clock)()


def stored(world: World) -> list[tuple[bytes, str | None, bytes]]:
    with world.wiring.platform_session() as session:
        rows = session.execute(text("select body, packing, body_sha256 from inbox order by id"))
        return [tuple(row) for row in rows]


def test_a_packed_body_unpacks_to_what_it_was() -> None:
    for body in (b"", b"{}", b"x" * 100_000, bytes(range(256))):
        assert unpack(pack(body), "zstd") == body
        assert unpack(body, None) == body


def test_only_bodies_older_than_a_month_are_packed_and_keep_their_digest(world: World) -> None:
    raw = [body for body, _, _ in stored(world)]
    pack_now(world, 30)
    assert {packing for _, packing, _ in stored(world)} == {None}
    pack_now(world, 31)
    after = stored(world)
    assert [packing for _, packing, _ in after] == ["zstd", "zstd"]
    assert [unpack(body, packing) for body, packing, _ in after] == raw
    assert [digest for *_, digest in after] == [sha256(body).digest() for body in raw]
    assert all(len(body) < len(before) for (body, *_), before in zip(after, raw, strict=True))


def test_packing_goes_on_where_it_ended(world: World) -> None:
    pack_now(world, 31)
    before = stored(world)
    world.deliver("orders/updated", order(3))
    world.work()
    pack_now(world, 31)
    assert stored(world)[:2] == before
    assert [packing for _, packing, _ in stored(world)] == ["zstd"] * 3


def test_the_portions_end_when_nothing_old_enough_is_left(world: World) -> None:
    with world.wiring.platform_session() as session, session.begin():
        before = world.wiring.clock.now() + timedelta(days=3650)
        assert [inbox.pack_older(session, before, 1) for _ in range(3)] == [1, 1, 0]


def test_packed_bodies_replay_to_the_same_bytes(world: World) -> None:
    pack_now(world, 31)
    world.work()
    now = world.wiring.clock.now()
    found = world.wiring.replayer(world.context, now, now=now)
    assert (found.identical, found.events) == (True, 2), found.compared.differences


def test_a_packed_event_that_is_handed_back_is_read(world: World) -> None:
    pack_now(world, 31)
    with world.wiring.platform_session() as session, session.begin():
        session.execute(text("update inbox set state = 'new'"))
    world.work()
    assert world.inbox() == [("done", None), ("done", None)]


def test_a_customer_is_found_and_forgotten_in_packed_bodies(world: World) -> None:
    pack_now(world, 31)
    about = {"customer": {"id": 77, "email": "ada@example.com"}, "orders_to_redact": [1, 2]}
    world.deliver("customers/data_request", about | {"data_request": {"id": 5}, "orders_requested": [1, 2]})
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        (asked,) = shops.privacy_requests(session)
        file = shops.privacy_answer(session, asked.id)
    assert [held["body"]["email"] for held in file["received"][:2]] == ["ada@example.com"] * 2
    world.deliver("customers/redact", about)
    world.work()
    assert not any(b"ada@example.com" in unpack(body, packing) for body, packing, _ in stored(world))
    now = world.wiring.clock.now()
    found = world.wiring.replayer(world.context, now, now=now)
    assert found.identical, found.compared.differences
