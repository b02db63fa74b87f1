"""What a creator is promised is what the next run pays, and what it does not pay is said to follow."""

from datetime import timedelta

import pytest

from app.creators import store as creators
from app.flows.next_payout import Coming, next_payout
from app.payouts import run_store
from app.payouts.calendar import Cadence
from app.payouts.settings import Settings
from app.wiring import Wiring
from tests.rooms.payout_scene import READY, Scene, by_paypal, scene


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    made = scene(wiring)
    with made.session() as session, session.begin():
        run_store.put_settings(session, Settings(Cadence.MONTHLY), wiring.clock.now())
    return made


def coming(pay: Scene, handle: str) -> tuple[Coming, ...]:
    with pay.session() as session, session.begin():
        creator = creators.creator(session, handle)
        zone, now = "Europe/Amsterdam", pay.wiring.clock.now()
        return next_payout(session, creator.id, READY, timezone=zone, now=now).coming


def test_what_is_approved_after_the_cut_off_follows_later(pay: Scene) -> None:
    pay.details("mara", by_paypal("mara"))
    pay.owe("mara", 30_00)
    pay.wait(timedelta(days=12))  # The cut-off of December is over, its run is not.
    pay.owe("mara", 7_00)
    pay.owe("theo", 5_00)
    (mara,) = coming(pay, "mara")
    assert (mara.owed.due_minor, mara.why, mara.follows_minor) == (30_00, None, 7_00)
    (theo,) = coming(pay, "theo")
    assert (theo.owed.due_minor, theo.follows_minor) == (0, 5_00)


def test_nothing_follows_where_nothing_came_later(pay: Scene) -> None:
    pay.details("mara", by_paypal("mara"))
    pay.owe("mara", 30_00)
    (mara,) = coming(pay, "mara")
    assert (mara.owed.due_minor, mara.follows_minor) == (30_00, 0)
