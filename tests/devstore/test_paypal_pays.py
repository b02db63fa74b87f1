"""The provider `paypal` against the pretend PayPal, whatever happens to a call."""

from dataclasses import replace
from typing import Any

import pytest

from app.kernel.money import Money
from app.payouts.hosted import StripeAccount
from app.payouts.paypal.answers import batch_of
from app.payouts.plugin import Outside
from app.payouts.plugins import plugins
from app.payouts.protocol import Done, Missing, Refused, State, Unknown
from app.payouts.provider import TakesBack, Tells
from app.payouts.providers.paypal import PLUGIN, PayPal
from app.payouts.providers.paypal import connect as connected
from tests.devstore.paypal_side import KEYS, look, question, received, run, script, send


@pytest.fixture
def paypal(outside: Outside) -> PayPal:
    return connected(KEYS, outside)


def again(sent: Any) -> Any:
    return [replace(one, is_retry=True) for one in sent]


def states(answers: Any) -> list[State | type]:
    return [one.state if isinstance(one, Done) else type(one) for one in answers]


def batch(answers: Any) -> str:
    (name,) = {batch_of(one.provider_id) for one in answers}
    assert name is not None
    return name


def test_it_is_found_by_its_name_and_can_do_what_it_says(paypal: PayPal) -> None:
    assert plugins()["paypal"] is PLUGIN
    assert isinstance(paypal, Tells)
    assert isinstance(paypal, TakesBack)


def test_a_batch_is_one_call_and_its_items_are_found_with_their_fees(paypal: PayPal, client: Any) -> None:
    sent = run("mara@example.com", "theo@example.com")
    first = send(paypal, sent)
    assert states(first) == [State.IN_TRANSIT] * 2
    found = look(paypal, sent, batch(first))
    assert states(found) == [State.PAID] * 2
    assert [one.fee_minor for one in found if isinstance(one, Done)] == [25, 25]
    assert received(client) == {"mara@example.com": "12.34", "theo@example.com": "12.34"}


def test_the_same_batch_again_is_found_and_nobody_is_paid_twice(paypal: PayPal, client: Any) -> None:
    sent = run("mara@example.com")
    first = send(paypal, sent)
    assert look(paypal, sent, batch(first)) == send(paypal, again(sent))
    assert received(client) == {"mara@example.com": "12.34"}


@pytest.mark.parametrize(
    ("step", "is_there"),
    [
        ({"outcome": "lost_before"}, False),
        ({"outcome": "lost_after"}, True),
        ({"outcome": "error", "status": 500}, False),
        ({"outcome": "error", "status": 503, "executed": True}, True),
        ({"outcome": "conflict"}, False),
        ({"outcome": "throttled"}, False),
    ],
    ids=str,
)
def test_without_an_answer_it_is_unknown_and_the_same_batch_settles_it(
    paypal: PayPal, client: Any, step: Any, is_there: Any
) -> None:
    sent = run("mara@example.com")
    script(client, **step)
    assert states(send(paypal, sent)) == [Unknown]
    assert look(paypal, sent) == [Missing()]
    assert received(client) == ({"mara@example.com": "12.34"} if is_there else {})
    assert states(send(paypal, again(sent))) == [State.PAID if is_there else State.IN_TRANSIT]
    assert received(client) == {"mara@example.com": "12.34"}


def test_the_words_that_ask_for_another_batch_id_are_never_followed(paypal: PayPal, client: Any) -> None:
    sent = run("mara@example.com", note="ERRPYO014")
    (answer,) = send(paypal, sent)
    assert isinstance(answer, Unknown)
    assert "USER_BUSINESS_ERROR" in answer.why
    plain = [replace(one, note="Payout 1-1") for one in again(sent)]
    assert states(send(paypal, plain)) == [State.IN_TRANSIT]
    assert received(client) == {"mara@example.com": "12.34"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("INSUFFICIENT_FUNDS", "does not cover it"),
        ("AUTHORIZATION_ERROR", "not allowed this account to use Payouts"),
        ("VALIDATION_ERROR", "PayPal refused it (VALIDATION_ERROR)"),
    ],
)
def test_a_first_refusal_is_one_and_that_of_a_retry_is_not(
    paypal: PayPal, client: Any, code: str, said: str
) -> None:
    script(client, outcome="refused", code=code, times=2)
    sent = run("mara@example.com")
    (first,), (second,) = send(paypal, sent), send(paypal, again(sent))
    assert isinstance(first, Refused)
    assert (first.code, said in first.sentence) == (code, True)
    assert isinstance(second, Unknown)
    assert said in second.why


def test_a_payout_that_was_not_in_the_batch_is_owed_again(paypal: PayPal, client: Any) -> None:
    both = run("mara@example.com", "theo@example.com")
    send(paypal, both[:1])
    found, other = send(paypal, again(both))
    assert states([found]) == [State.PAID]
    assert isinstance(other, Refused)
    assert other.code == "not_in_batch"
    assert received(client) == {"mara@example.com": "12.34"}


def test_what_paypal_cannot_carry_is_refused_alone(paypal: PayPal, client: Any) -> None:
    one, two, three = run("mara@example.com", "theo@example.com", "ada@example.com")
    sent = [
        replace(one, amount=Money(1001, "HUF")),
        replace(two, details=StripeAccount("acct_1", "DE")),
        three,
    ]
    answers = send(paypal, sent)
    assert states(answers) == [Refused, Refused, State.IN_TRANSIT]
    assert received(client) == {"ada@example.com": "12.34"}
    assert states(send(paypal, sent[:2])) == [Refused, Refused]


@pytest.mark.parametrize(
    ("status", "wanted", "said"),
    [
        ("PENDING", State.IN_TRANSIT, "None"),
        ("ONHOLD", State.IN_TRANSIT, "looking at it"),
        ("UNCLAIMED", State.UNCLAIMED, "after 30 days"),
        ("FAILED", State.FAILED, "no PayPal account yet"),
        ("BLOCKED", State.FAILED, "no PayPal account yet"),
        ("RETURNED", State.RETURNED, "no PayPal account yet"),
        ("REFUNDED", State.RETURNED, "no PayPal account yet"),
        ("REVERSED", State.RETURNED, "no PayPal account yet"),
    ],
)
def test_each_status_of_an_item_is_a_state_with_a_reason(
    paypal: PayPal, client: Any, status: str, wanted: State, said: str
) -> None:
    reason = "" if wanted in {State.IN_TRANSIT, State.UNCLAIMED} else "RECEIVER_UNREGISTERED"
    script(client, becomes=status, receiver="mara@example.com", reason=reason)
    sent = run("mara@example.com", "theo@example.com")
    found = look(paypal, sent, batch(send(paypal, sent)))
    assert states(found) == [wanted, State.PAID]
    assert isinstance(found[0], Done)
    assert said in str(found[0].reason)


def test_what_was_paid_can_come_back_later(paypal: PayPal, client: Any) -> None:
    sent = run("mara@example.com")
    name = batch(send(paypal, sent))
    (paid,) = look(paypal, sent, name)
    assert isinstance(paid, Done)
    client.control(f"/paypal/items/{paid.provider_id.partition('/')[2]}", {"status": "REVERSED"})
    assert states(look(paypal, sent, name)) == [State.RETURNED]


def test_what_nobody_claimed_can_be_taken_back(paypal: PayPal, client: Any) -> None:
    script(client, becomes="UNCLAIMED", receiver="mara@example.com")
    sent = run("mara@example.com", "theo@example.com")
    name = batch(send(paypal, sent))
    asked = [question(one, f"{name}/{one.key}") for one in sent]
    back, kept = (paypal.take_back(one) for one in asked)
    assert states([back]) == [State.RETURNED]
    assert isinstance(kept, Refused)
    assert received(client) == {"theo@example.com": "12.34"}


def test_another_amount_than_ours_is_not_taken_for_it(paypal: PayPal) -> None:
    sent = run("mara@example.com")
    name = batch(send(paypal, sent))
    assert states(look(paypal, [replace(sent[0], amount=Money(9, "EUR"))], name)) == [Unknown]


def test_a_batch_of_another_account_is_not_missing_but_unknown(paypal: PayPal) -> None:
    (answer,) = look(paypal, run("mara@example.com"), "NOSUCHBATCH")
    assert isinstance(answer, Unknown)
    assert "another PayPal account" in answer.why


def test_many_items_are_read_page_by_page(paypal: PayPal) -> None:
    sent = run(*(f"creator{n}@example.com" for n in range(1001)))
    found = look(paypal, sent, batch(send(paypal, sent)))
    assert states(found) == [State.PAID] * 1001


def test_currencies_without_decimals_are_written_and_read_whole(paypal: PayPal, client: Any) -> None:
    sent = run("mara@example.com", minor=120_000, currency="HUF")
    found = look(paypal, sent, batch(send(paypal, sent)))
    assert received(client) == {"mara@example.com": "1200"}
    assert states(found) == [State.PAID]


def test_the_token_is_kept_and_renewed_when_it_ran_out(paypal: PayPal, client: Any) -> None:
    send(paypal, run("mara@example.com"))
    first = paypal.client._fresh(None).value
    send(paypal, run("mara@example.com"))
    assert paypal.client._fresh(None).value == first
    client.control("/clock", {"move_seconds": 10 * 3600})
    assert states(send(paypal, run("theo@example.com"))) == [State.IN_TRANSIT]
    assert paypal.client._fresh(None).value != first


def test_a_batch_that_paypal_forgot_after_thirty_days_is_why_the_protocol_asks_a_person(
    paypal: PayPal, client: Any
) -> None:
    sent = run("mara@example.com")
    send(paypal, sent)
    client.control("/clock", {"move_seconds": 31 * 86_400})
    send(paypal, again(sent))
    assert received(client) == {"mara@example.com": "24.68"}


def test_the_size_of_a_batch_is_a_setting(paypal: PayPal, outside: Outside) -> None:
    assert paypal.limit == 500
    assert connected(KEYS | {"batch_size": "15000"}, outside).limit == 15_000
    assert paypal.send([]) == {}
