"""What humans say of commissions: it stands until it is undone, posts by the one mechanism, and stays in the record."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.audit.store import decisions
from app.commissions import verdicts
from app.commissions.verdicts import NoSuchCredit, ReasonMissing, TooMany
from app.wiring import Wiring
from tests.bodies import Json, code, line, order
from tests.conftest import NOW
from tests.web.demo_shop import counted
from tests.world import World

EARNED = {("mara", "commission_expense"): -1080, ("mara", "pending"): 1080}


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.mara = made.creator("mara", "MARA10")  # type: ignore[attr-defined]
    return made


def bought(number: int = 1001, **more: Any) -> Json:
    return order(number, lines=[line(off=[(0, "10.00")])], codes=[code("MARA10")], **more)


def deliver(world: World, *bodies: Json) -> None:
    for body in bodies:
        world.deliver("orders/create", body)
    world.work()


def say(world: World, verb: str, *orders: int, reason: str = "Because.") -> int:
    keys = [(number, world.mara) for number in orders or (1001,)]  # type: ignore[attr-defined]
    given_ = {"actor": "staff", "now": world.wiring.clock.now()} | (
        {"reason": reason} if verb != "undo" else {}
    )
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        changed: int = getattr(verdicts, verb)(session, keys, **given_)
    world.work()
    return changed


def said(world: World) -> list[tuple[str, str]]:
    with world.wiring.shop_session(world.shop_id) as session:
        return [(d.kind, d.subject) for d in decisions(session) if d.kind.startswith("credit.")]


def flags(world: World) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        return [f for row in session.execute(text("select flags from credits")) for f in row.flags]


def test_a_denial_takes_the_commission_back_and_its_undoing_gives_it_again(world: World) -> None:
    deliver(world, bought())
    assert say(world, "deny", reason="Bought by a friend.") == 1
    assert world.balances() == {}
    assert say(world, "undo") == 1
    assert world.balances() == EARNED
    assert said(world) == [("credit.denied", "1001"), ("credit.verdict_undone", "1001")]


def test_an_approval_lets_a_flagged_commission_mature_and_a_new_flag_holds_it_again(world: World) -> None:
    deliver(world, bought(landing_site="/discount/MARA10?gclid=1"))
    world.move_clock(days=60)
    world.work()
    assert world.balances() == EARNED
    say(world, "approve", reason="")
    assert world.balances()["mara", "payable"] == 1080
    again = bought(landing_site="/discount/MARA10?gclid=1", referring_site="honey.com", updated=NOW)
    world.deliver("orders/updated", again)
    world.work()
    assert flags(world) == ["coupon_site"]
    assert world.balances() == EARNED
    say(world, "approve")
    assert (flags(world), world.balances()["mara", "payable"]) == ([], 1080)


def test_a_hold_by_hand_stops_only_its_own_order(world: World) -> None:
    deliver(world, bought(1001), bought(1002))
    say(world, "hold", 1001)
    world.move_clock(days=60)
    world.work()
    assert world.balances()["mara", "payable"] == 1080
    assert world.balances()["mara", "pending"] == 1080
    say(world, "approve", 1001)
    assert world.balances()["mara", "payable"] == 2160


def test_a_denial_after_the_hold_takes_it_from_what_is_payable(world: World) -> None:
    deliver(world, bought())
    world.move_clock(days=60)
    world.work()
    say(world, "deny")
    assert world.balances() == {}
    with world.wiring.shop_session(world.shop_id) as session:
        last = session.execute(
            text("select kind, effective_at from journal_entries order by id desc limit 1")
        ).one()
    assert last.effective_at == world.wiring.clock.now()


def test_a_denial_after_a_payout_leaves_a_negative_balance(world: World) -> None:
    deliver(world, bought())
    world.move_clock(days=60)
    world.work()
    pay_out(world, 1080)
    assert world.balances()["mara", "cash"] == 1080
    say(world, "deny")
    assert world.balances()["mara", "payable"] == -1080
    say(world, "undo")
    assert ("mara", "payable") not in world.balances()


def pay_out(world: World, minor: int) -> None:
    """What a payout run posts; the run itself is another part."""
    from app.ledger.chart import Account, EntryKind
    from app.ledger.model import Entry, Line
    from app.ledger.post import post

    now = world.wiring.clock.now()
    steps = ((Account.PAYABLE, Account.IN_TRANSIT), (Account.IN_TRANSIT, Account.CASH))
    with world.wiring.batch_session() as session, session.begin():
        session.admit([world.shop_id])
        post(
            session,
            [
                Entry(world.shop_id, EntryKind.MATURE, world.mara, "EUR", (Line(debit, credit, minor),), now,  # type: ignore[attr-defined]
                      f"payout/1/{n}", order_id=None, event_id=None)
                for n, (debit, credit) in enumerate(steps)
            ],
        )  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(["approve", "deny", "hold", "undo"]), min_size=1, max_size=5))
def test_any_sequence_ends_as_the_last_word_says_and_all_stay_in_the_record(
    world: World, words: list[str]
) -> None:
    if not said(world):
        deliver(world, bought(landing_site="/discount/MARA10?gclid=1"))
        world.move_clock(days=60)
    before = len(said(world))
    changed = sum(say(world, word, reason=f"Word {n}.") for n, word in enumerate(words))
    last = words[-1]
    assert len(said(world)) - before == changed
    payable = world.balances().get(("mara", "payable"), 0)
    total = payable + world.balances().get(("mara", "pending"), 0)
    assert (payable, total) == {"approve": (1080, 1080), "deny": (0, 0)}.get(last, (0, 1080))


def test_the_same_said_twice_is_one_decision(world: World) -> None:
    deliver(world, bought())
    assert [say(world, "deny"), say(world, "deny"), say(world, "undo"), say(world, "undo")] == [1, 0, 1, 0]


def test_what_cannot_be_decided_is_refused_and_nothing_of_it_happens(world: World) -> None:
    deliver(world, bought())
    with pytest.raises(NoSuchCredit, match="order 9"):
        say(world, "approve", 1001, 9)
    with pytest.raises(ReasonMissing):
        say(world, "deny", reason=" ")
    with pytest.raises(TooMany, match="1001 orders"):
        say(world, "approve", *range(1001))
    assert said(world) == []


def test_five_hundred_are_decided_in_one_transaction_by_few_statements(world: World, wiring: Wiring) -> None:
    deliver(world, *[bought(n, placed=NOW - timedelta(minutes=n)) for n in range(1, 501)])
    with counted(wiring) as statements, wiring.shop_session(world.shop_id) as session, session.begin():
        keys = [(n, world.mara) for n in range(1, 501)]  # type: ignore[attr-defined]
        assert verdicts.deny(session, keys, reason="Leaked.", actor="staff", now=NOW) == 500
    assert len(statements) < 10
    world.work()
    assert world.balances() == {}
    assert len(said(world)) == 500
