"""Lives of orders, and replaying a shop that went through them."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from app.flows.replay import Replayed
from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.conftest import NOW
from tests.world import World

DAYS = [NOW - timedelta(days=days) for days in (60, 40, 20, 1)]


def two_creators(wiring: Wiring) -> World:
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
