"""A run pays what is payable by its cut-off and still there, says whom it does not pay and why, and pays it once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.flows import payout_run
from app.flows.payout_details import change
from app.payouts import run_store
from app.payouts.due import Why
from app.payouts.run import RunIsOver, SamePerson
from app.payouts.settings import Settings
from app.wiring import Wiring
from tests.rooms.payout_scene import READY, FakeProvider, Scene, by_paypal, scene


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    return scene(wiring)


def stripe(pay: Scene) -> FakeProvider:
    found = pay.providers["stripe"]
    assert isinstance(found, FakeProvider)
    return found


def parts(pay: Scene) -> dict[str, int]:
    with pay.wiring.shop_session(pay.shop_id) as session:
        rows = session.execute(
            text("select subject, sum(amount_minor) as amount from payout_parts group by 1")
        )
        return {row.subject: int(row.amount) for row in rows}


def test_what_is_payable_is_set_aside_sent_and_paid(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    pay.owe("mara", 5_00)
    pay.owe("theo", 40_00)
    pay.run()
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 35_00, "paid": 0}
    pay.work()
    assert pay.states() == {"mara": "in_transit", "theo": "in_transit"}
    pay.wait(timedelta(hours=7))
    pay.work()
    assert pay.states() == {"mara": "paid", "theo": "paid"}
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 0, "paid": 35_00}
    assert sorted(amount for _, amount, *_ in stripe(pay).transfers) == [35_00, 40_00]
    assert pay.broken() == []


def test_a_payout_names_what_it_pays_for_and_sums_to_it(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    pay.owe("mara", 5_00)
    pay.run()
    assert sorted(parts(pay).values()) == [5_00, 30_00]


def test_another_run_pays_nothing_again(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    pay.run()
    again = pay.run()
    assert again.paid == ()
    pay.work(3)
    pay.wait(timedelta(hours=7))
    pay.work()
    assert pay.run().paid == ()
    assert len(stripe(pay).transfers) == 1


def test_a_run_is_made_once(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    run_id = pay.plan()
    pay.reserve(run_id)
    with pytest.raises(RunIsOver, match="reserved already"):
        pay.reserve(run_id)


def test_what_became_payable_after_the_cut_off_waits(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    cut_off = pay.now + timedelta(seconds=1)
    pay.wait(timedelta(days=1))
    pay.owe("mara", 50_00)
    pay.run(cut_off=cut_off)
    assert pay.balance("mara")["in_transit"] == 30_00
    assert pay.balance("mara")["payable"] == 50_00


def test_what_was_taken_back_after_the_cut_off_is_not_paid(pay: Scene) -> None:
    pay.owe("mara", 60_00)
    cut_off = pay.now + timedelta(seconds=1)
    pay.wait(timedelta(days=1))
    pay.take_back("mara", 25_00)
    pay.run(cut_off=cut_off)
    assert pay.balance("mara")["in_transit"] == 35_00
    assert sorted(parts(pay).values()) == [-25_00, 60_00]


def reasons(pay: Scene, run_id: int) -> dict[str, tuple[str, str]]:
    with pay.wiring.shop_session(pay.shop_id) as session:
        shown = payout_run.preview(session, run_store.get(session, run_id), READY, pay.now)
    return {one.owed.handle: (one.why.value, one.sentence) for one in shown.excluded}


def test_whoever_is_not_paid_has_a_reason(pay: Scene) -> None:
    for handle in ("nora", "omar", "pia"):
        pay.world.creator(handle, f"{handle.upper()}10")
    pay.owe("mara", 19_99)
    pay.owe("nora", 50_00)
    pay.owe("omar", 50_00)
    pay.details("omar")
    pay.owe("pia", 50_00, "JPY")
    pay.details("pia", by_paypal("pia"))
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        omar = pay.creator_id("omar")
        run_store.pause(session, omar, "Leaves the program in May.", "Ida", pay.now)
    found = reasons(pay, pay.plan())
    assert found["mara"] == (
        Why.BELOW_MINIMUM.value, "Below the minimum of 20.00 EUR; it is carried to the next run.",
    )  # fmt: skip
    assert found["nora"] == (
        Why.NO_DETAILS.value, "Has not said yet where to be paid. The creator enters it in the portal.",
    )  # fmt: skip
    assert found["omar"] == (Why.PAUSED.value, "Payouts are paused: Leaves the program in May.")
    assert "pia" not in found


def test_a_debt_is_carried_and_kept_from_the_next_commissions(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    pay.run()
    pay.work()
    pay.take_back("mara", 30_00)
    assert reasons(pay, pay.plan())["mara"] == (
        Why.DEBT.value, "Owes 30.00 EUR, which the next commissions pay back.",
    )  # fmt: skip
    pay.owe("mara", 55_00)
    pay.run()
    assert pay.balance("mara")["in_transit"] == 55_00
    assert pay.balance("mara")["payable"] == 0


def test_new_details_wait_three_days(pay: Scene) -> None:
    pay.owe("mara", 30_00)
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        new = by_paypal("mara")
        change(session, pay.wiring.vault, "mara", new, shop_key=b"k" * 32, actor="mara", now=pay.now)
    assert reasons(pay, pay.plan())["mara"][0] == Why.DETAILS_TOO_NEW.value
    pay.wait(timedelta(hours=73))
    assert pay.run().paid[0].handle == "mara"


def test_two_people_approve_a_large_run(pay: Scene) -> None:
    pay.owe("mara", 500_00)
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        run_store.put_settings(session, Settings(second_approver_from=500), pay.now)
    run_id = pay.plan()
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        once = payout_run.approve(session, run_id, READY, actor="Ida", now=pay.now)
        assert not payout_run.may_be_made(session, once, READY, pay.now)
        with pytest.raises(SamePerson):
            payout_run.approve(session, run_id, READY, actor="Ida", now=pay.now)
        twice = payout_run.approve(session, run_id, READY, actor="Ole", now=pay.now)
        assert payout_run.may_be_made(session, twice, READY, pay.now)


def test_one_creator_is_paid_whatever_is_there(pay: Scene) -> None:
    pay.owe("mara", 3_00)
    pay.owe("theo", 90_00)
    mara = pay.creator_id("mara")
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        run = payout_run.new_run("person", pay.now + timedelta(seconds=1), pay.now, actor="Ida", now=pay.now)
        made = payout_run.plan_run(session, payout_run.for_one(run, mara))
    assert made is not None
    pay.reserve(made.id)
    assert pay.states() == {"mara": "reserved"}


def test_payouts_of_paypal_go_out_in_one_call(pay: Scene) -> None:
    for handle in ("mara", "theo"):
        pay.details(handle, by_paypal(handle))
        pay.owe(handle, 30_00)
    pay.run()
    assert pay.worker.round(pay.shop_id) == 1
    assert len({one.batch for one in pay.payouts()}) == 1
