"""What is lost, refused, late or killed: each payout is paid at most once, and the books say where it is."""

from datetime import timedelta

import pytest

from app.flows import payout_heard
from app.flows.payout_heard import NotByHand, take_heard
from app.kernel.errors import Invalid
from app.payouts.details import iban
from app.payouts.hosted import ByHand
from app.payouts.protocol import KEY_HOLDS, LOOK_AGAIN, LOST_AFTER, SEND_AGAIN, Done, State, Taken
from app.payouts.provider import Heard
from app.wiring import Wiring
from tests.replaying import differences
from tests.rooms.payout_scene import FakeProvider, Killed, Scene, scene

OWED = 30_00
NOTHING = {"pending": 0, "payable": 0, "in_transit": 0, "paid": 0}


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    built = scene(wiring, ["mara"])
    built.owe("mara", OWED)
    built.run()
    return built


def stripe(pay: Scene) -> FakeProvider:
    found = pay.providers["stripe"]
    assert isinstance(found, FakeProvider)
    return found


def ends_paid(pay: Scene) -> None:
    assert pay.states() == {"mara": "paid"}
    assert pay.balance("mara") == NOTHING | {"paid": OWED}
    assert stripe(pay).paid_twice() == []
    assert len(stripe(pay).transfers) == 1
    assert pay.broken() == []


def test_an_answer_that_was_lost_is_asked_for(pay: Scene) -> None:
    stripe(pay).script = ["lost after"]
    pay.work()
    assert pay.states() == {"mara": "unknown"}
    assert pay.balance("mara") == NOTHING | {"in_transit": OWED}
    pay.work()
    ends_paid(pay)


def test_a_call_that_was_lost_is_made_again_with_its_key(pay: Scene) -> None:
    stripe(pay).script = ["lost before"]
    pay.work(2)
    assert stripe(pay).transfers == []
    pay.wait(SEND_AGAIN)
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work()
    ends_paid(pay)


def test_a_refusal_gives_the_money_back_with_its_reason(pay: Scene) -> None:
    stripe(pay).script = ["refused"]
    pay.work()
    (only,) = pay.payouts()
    assert (only.payout.state, only.payout.reason) == (State.FAILED, "The balance does not cover it.")
    assert pay.balance("mara") == NOTHING | {"payable": OWED}
    assert pay.broken() == []
    assert [one.due_minor for one in pay.run().paid] == [OWED]


def test_a_refusal_of_a_retry_releases_nothing_while_the_first_may_have_paid(pay: Scene) -> None:
    stripe(pay).script = ["lost after", "not yet"]
    pay.work(2)
    pay.wait(SEND_AGAIN)
    stripe(pay).script = ["refused"]
    pay.work()
    assert pay.balance("mara") == NOTHING | {"in_transit": OWED}
    pay.work()
    ends_paid(pay)


def test_after_its_key_expired_nothing_is_sent_and_a_person_is_asked(pay: Scene) -> None:
    stripe(pay).script = ["lost before"]
    pay.work()
    pay.wait(KEY_HOLDS)
    pay.work()
    pay.wait(LOOK_AGAIN)
    pay.work(3)
    assert pay.payouts()[0].payout.needs_a_person
    assert stripe(pay).transfers == []
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_heard.release(session, pay.payouts()[0].id, "Not on Stripe's page.", actor="Ida", now=pay.now)
    assert pay.balance("mara") == NOTHING | {"payable": OWED}


def test_a_person_may_say_that_it_was_paid_after_all(pay: Scene) -> None:
    stripe(pay).script = ["lost before"]
    pay.work()
    pay.wait(KEY_HOLDS)
    pay.work()
    pay.wait(LOOK_AGAIN)
    pay.work()
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_heard.found_at_provider(session, pay.payouts()[0].id, "tr_77", actor="Ida", now=pay.now)
    assert pay.balance("mara") == NOTHING | {"paid": OWED}
    assert pay.broken() == []


def test_a_worker_killed_after_the_call_leaves_a_question(pay: Scene) -> None:
    stripe(pay).script = ["killed"]
    with pytest.raises(Killed):
        pay.work()
    assert pay.states() == {"mara": "submitting"}
    pay.work()
    assert pay.states() == {"mara": "submitting"}
    pay.wait(LOST_AFTER)
    pay.work()
    ends_paid(pay)


def test_a_webhook_may_be_quicker_than_the_answer(pay: Scene) -> None:
    stripe(pay).script = ["killed"]
    with pytest.raises(Killed):
        pay.work()
    key = pay.payouts()[0].key
    told = Heard(key, Done(f"tr_{key}", State.PAID, fee_minor=25))
    for _ in range(2):
        with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
            assert take_heard(session, "stripe", [told], pay.now) == 1
    ends_paid(pay)


def test_a_webhook_about_a_strange_payout_changes_nothing(pay: Scene) -> None:
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        assert (
            take_heard(session, "stripe", [Heard(None, Done("tr_of_somebody_else", State.PAID))], pay.now)
            == 0
        )
    assert pay.states() == {"mara": "reserved"}


def test_what_came_back_after_it_was_paid_is_owed_again(pay: Scene) -> None:
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work()
    key = pay.payouts()[0].key
    back = Heard(key, Done(f"tr_{key}", State.RETURNED, reason="The account is closed."))
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        take_heard(session, "stripe", [back], pay.now)
    assert pay.balance("mara") == NOTHING | {"payable": OWED}
    assert pay.broken() == []
    assert [one.due_minor for one in pay.run().paid] == [OWED]


def test_what_was_not_sent_can_be_cancelled(pay: Scene) -> None:
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_heard.cancel(session, pay.payouts()[0].id, actor="Ida", now=pay.now)
    assert pay.balance("mara") == NOTHING | {"payable": OWED}
    pay.work()
    assert stripe(pay).transfers == []
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin(), pytest.raises(Taken):
        payout_heard.cancel(session, pay.payouts()[0].id, actor="Ida", now=pay.now)


def test_nobody_marks_by_hand_what_a_provider_tells(pay: Scene) -> None:
    with (
        pay.wiring.shop_session(pay.shop_id) as session,
        session.begin(),
        pytest.raises(NotByHand, match="stripe"),
    ):
        payout_heard.mark_paid(session, pay.payouts()[0].id, "x", actor="Ida", now=pay.now)


def test_what_is_paid_by_hand_is_marked_with_its_reference(wiring: Wiring) -> None:
    pay = scene(wiring, ["mara"])
    pay.providers.update(wiring.cashier.providers(pay.shop_id))
    pay.details("mara", ByHand("Collects it in the shop.", "DE"))
    pay.owe("mara", OWED)
    pay.run()
    pay.work()
    with wiring.shop_session(pay.shop_id) as session, session.begin():
        payout_heard.mark_paid(session, pay.payouts()[0].id, "Receipt 12", actor="Ida", now=pay.now)
    assert pay.payouts()[0].payout.reason == "Reference Receipt 12"
    assert pay.balance("mara") == NOTHING | {"paid": OWED}


def test_a_person_gives_a_reason(wiring: Wiring) -> None:
    pay = scene(wiring, ["mara"])
    pay.providers.update(wiring.cashier.providers(pay.shop_id))
    pay.details("mara", ByHand("Cash.", "DE"))
    pay.owe("mara", OWED)
    pay.run()
    pay.work()
    with (
        wiring.shop_session(pay.shop_id) as session,
        session.begin(),
        pytest.raises(Invalid, match="Say why"),
    ):
        payout_heard.mark_failed(session, pay.payouts()[0].id, "  ", actor="Ida", now=pay.now)


def test_replay_has_the_same_books(pay: Scene) -> None:
    stripe(pay).script = ["refused"]
    pay.work()
    pay.run()
    pay.work()
    key = next(one.key for one in pay.payouts() if one.payout.state is State.IN_TRANSIT)
    told = Heard(key, Done(f"tr_{key}", State.PAID, fee_minor=25))
    with pay.wiring.shop_session(pay.shop_id) as session, session.begin():
        take_heard(session, "stripe", [told], pay.now)
    pay.world.roll_up()
    assert differences(pay.world) == []


def test_the_iban_of_a_payout_is_sealed_for_its_row(pay: Scene) -> None:
    pay.details("mara", iban("DE89370400440532013000"))
    with pay.wiring.shop_session(pay.shop_id) as session:
        rows = session.connection().exec_driver_sql("select sealed::text, masked from payout_details").all()
    assert all("532013000" not in sealed for sealed, _ in rows)
    assert rows[-1][1] == "DE •••• 3000"
