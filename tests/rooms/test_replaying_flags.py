"""Flags, verdicts, thresholds and rotated codes come out of replay as they went in."""

from datetime import timedelta
from typing import Any

import pytest

from app.commissions import verdicts
from app.flows.rotate_code import rotate_code
from app.fraud.answer import answer_flag
from app.fraud.set_detectors import set_detectors
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    return World(wiring)


def bought(number: int, **more: object) -> Json:
    given = {"customer": {"id": 900 + number}, "placed": NOW - timedelta(minutes=number)} | more
    return order(number, lines=[line(off=[(0, "10.00")])], codes=[code("MARA10")], **given)


def test_a_shop_with_flags_and_verdicts_is_replayed_to_the_same_bytes(world: World) -> None:
    mara = world.creator("mara", "MARA10")
    place = {"address1": "Main St. 5", "zip": "1011", "country_code": "NL"}
    for n in range(1, 6):
        world.deliver("orders/create", bought(n, referring_site="honey.com", shipping_address=place))
    world.deliver("orders/create", bought(6))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        said: Any = {"actor": "staff", "now": NOW}
        verdicts.approve(session, [(1, mara), (2, mara)], reason="", **said)
        verdicts.deny(session, [(3, mara), (4, mara)], reason="Leaked.", **said)
        verdicts.undo(session, [(4, mara)], **said)
        verdicts.hold(session, [(6, mara)], reason="", **said)
        answer_flag(session, 5, mara, "Not me.", **said)
        set_detectors(session, {"enabled": {"coupon_site": False}}, **said)
        rotate_code(session, world.wiring.desk, "MARA10", new="MARA11", at=None, **said)
    world.move_clock(minutes=5)
    late = {"placed": NOW + timedelta(minutes=1), "referring_site": "honey.com"}
    world.deliver("orders/create", bought(7, **late))
    world.work()
    now = world.wiring.clock.now()
    found = world.wiring.replayer(world.context, now, now=now)
    assert (found.compared.differences, found.unreadable) == ([], ())
    assert found.identical
