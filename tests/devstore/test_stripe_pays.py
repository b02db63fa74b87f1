"""The provider `stripe` against the pretend Stripe, whatever happens to a call."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import requests
import stripe

from app.kernel.money import Money
from app.payouts.plugin import Outside
from app.payouts.plugins import plugins
from app.payouts.protocol import Done, Missing, Refused, State, Unknown
from app.payouts.provider import AsksThem, Tells
from app.payouts.providers.stripe import PLUGIN, Stripe
from app.payouts.providers.stripe import connect as connected
from devstore.stripe.world import KEY, SECRET
from tests.devstore.stripe_side import GLOBALLY, KEYS, MARA, instruction, look, received, script, send


def test_it_is_found_by_its_name_and_can_do_what_it_says(connect: Stripe) -> None:
    assert plugins()["stripe"] is PLUGIN
    assert isinstance(connect, Tells)
    assert isinstance(connect, AsksThem)


def test_it_pays_once_for_a_key_and_finds_what_it_paid(pays: Stripe, client: Any, account: Any) -> None:
    one = instruction(account(pays))
    first, again = send(pays, one), send(pays, one)
    assert isinstance(first, Done)
    assert again == first
    assert look(pays, one) == first == look(pays, one, first.provider_id)
    assert received(client) == [1234]


def test_a_transfer_is_paid_and_an_outbound_payment_is_on_its_way(outside: Outside, account: Any) -> None:
    states = []
    for keys in (KEYS, GLOBALLY):
        provider = connected(keys, outside)
        answer = send(provider, instruction(account(provider)))
        assert isinstance(answer, Done)
        states.append(answer.state)
    assert states == [State.PAID, State.IN_TRANSIT]


def test_nothing_is_found_of_what_was_never_sent(pays: Stripe, account: Any) -> None:
    one = instruction(account(pays))
    send(pays, instruction(one.details.account_id))  # type: ignore[union-attr]
    assert look(pays, one) == Missing()


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
def test_without_an_answer_it_is_unknown_until_it_was_looked_up(
    pays: Stripe, client: Any, account: Any, step: Any, is_there: Any
) -> None:
    one = instruction(account(pays))
    script(client, **step)
    assert isinstance(send(pays, one), Unknown)
    assert isinstance(look(pays, one), Done if is_there else Missing)
    assert received(client) == ([1234] if is_there else [])


def test_a_slow_answer_is_unknown_too(client: Any, outside: Outside, account: Any) -> None:
    provider = connected(KEYS, outside)
    one = instruction(account(provider))
    quick = stripe.StripeClient(
        KEY, max_network_retries=0, http_client=stripe.RequestsClient(timeout=0.3),
        base_addresses={"api": outside.bases["stripe"]},
    )  # fmt: skip
    script(client, outcome="slow", seconds=1.0)
    assert isinstance(send(Stripe(quick, SECRET, ""), one), Unknown)
    assert isinstance(look(provider, one), Done)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("balance_insufficient", "does not cover it"),
        ("insufficient_capabilities_for_transfer", "answer what Stripe asks"),
        ("account_invalid", "Stripe refused it (account_invalid)"),
    ],
)
def test_a_refusal_is_a_refusal_with_a_sentence(
    connect: Stripe, client: Any, account: Any, code: str, said: str
) -> None:
    one = instruction(account(connect))
    script(client, outcome="refused", code=code)
    answer = send(connect, one)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert said in answer.sentence


def test_an_empty_financial_account_is_a_refusal(client: Any, outside: Outside, account: Any) -> None:
    provider = connected(GLOBALLY, outside)
    client.control("/stripe/balance", {"financial_account": {"usd": 5}})
    answer = send(provider, instruction(account(provider)))
    assert answer == Refused(
        "insufficient_funds",
        "The financial account at Stripe does not cover it. Fund it at Stripe and pay again.",
    )


def test_a_key_with_other_contents_is_never_a_refusal(connect: Stripe, account: Any) -> None:
    one = instruction(account(connect))
    send(connect, one)
    answer = send(connect, replace(one, amount=Money(1235, "USD")))
    assert isinstance(answer, Unknown)
    assert "other contents" in answer.why


def test_another_amount_than_ours_is_not_taken_for_it(connect: Stripe, account: Any) -> None:
    one = instruction(account(connect))
    send(connect, one)
    assert isinstance(look(connect, replace(one, amount=Money(1235, "USD"))), Unknown)


def test_what_the_other_rail_paid_is_found_after_a_change_of_mode(outside: Outside, account: Any) -> None:
    before = connected(KEYS, outside)
    one = instruction(account(before))
    paid = send(before, one)
    assert look(connected(GLOBALLY, outside), one) == paid


def test_an_amount_that_stripe_cannot_carry_is_refused_before_a_call(connect: Stripe, account: Any) -> None:
    answer = send(connect, instruction(account(connect), 1001, "HUF"))
    assert isinstance(answer, Refused)
    assert "10.01 HUF" in answer.sentence


def test_currencies_that_stripe_counts_otherwise_arrive_whole(
    pays: Stripe, client: Any, account: Any
) -> None:
    one = instruction(account(pays), 700, "ISK")
    sent = send(pays, one)
    assert received(client) == [70_000]
    assert look(pays, one) == sent


def test_a_payment_that_came_back_says_why(client: Any, outside: Outside, account: Any) -> None:
    provider = connected(GLOBALLY, outside)
    one = instruction(account(provider))
    made = send(provider, one)
    assert isinstance(made, Done)
    client.control(f"/stripe/outbound_payments/{made.provider_id}", {"status": "posted"})
    assert look(provider, one, made.provider_id) == Done(made.provider_id, State.PAID)
    client.control(
        f"/stripe/outbound_payments/{made.provider_id}", {"status": "returned", "reason": "account_closed"}
    )
    back = look(provider, one, made.provider_id)
    assert isinstance(back, Done)
    assert back.state is State.RETURNED
    assert "account closed" in str(back.reason)


def test_a_transfer_taken_back_in_the_dashboard_is_returned(
    connect: Stripe, client: Any, account: Any
) -> None:
    one = instruction(account(connect))
    made = send(connect, one)
    assert isinstance(made, Done)
    client.control(f"/stripe/transfers/{made.provider_id}/reverse", {"amount": 34})
    partly = look(connect, one, made.provider_id)
    assert isinstance(partly, Done)
    assert (partly.state, "0.34 USD" in str(partly.reason)) == (State.PAID, True)
    client.control(f"/stripe/transfers/{made.provider_id}/reverse", {})
    wholly = look(connect, one, made.provider_id)
    assert isinstance(wholly, Done)
    assert wholly.state is State.RETURNED


def test_a_recipient_is_one_however_often_it_is_opened_and_paid_once_ready(pays: Stripe, client: Any) -> None:
    key = uuid4()
    name = pays.open_account(MARA, key)
    assert pays.open_account(MARA, key) == name
    assert "questions" in str(pays.complaint(name))
    assert isinstance(send(pays, instruction(name)), Refused)
    link = pays.onboarding(name, refresh_url=f"{client.at.url}/refresh", return_url=f"{client.at.url}/back")
    requests.get(link, timeout=9)
    requests.post(link, timeout=9, allow_redirects=False)
    assert pays.complaint(name) is None
    client.control(f"/stripe/accounts/{name}", {"closed": True})
    assert "closed" in str(pays.complaint(name))
