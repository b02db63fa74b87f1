"""The provider `stripe`: its webhooks, its balance, trying the connection, and what is never said."""

import json
import logging
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import stripe

from app.kernel.errors import Forbidden, Invalid, Retriable
from app.payouts.plugin import Outside
from app.payouts.protocol import Done, State
from app.payouts.providers.stripe import PLUGIN, Stripe
from app.payouts.providers.stripe import connect as connected
from devstore.stripe.world import KEY, SECRET
from tests.devstore.stripe_side import GLOBALLY, KEYS, instruction, look, received, script, send


def _signed(body: bytes, secret: str = SECRET, at: int = 0) -> dict[str, str]:
    stamp = int(time.time()) + at
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, stamp)
    return {"stripe-signature": header}


def _events(client: Any, kind: str) -> list[bytes]:
    return [
        one["body"].encode()
        for one in client.control("/stripe/webhooks", method="GET")
        if one["type"] == kind
    ]


def test_a_thin_event_is_verified_and_read_again(pays: Stripe, client: Any, account: Any) -> None:
    one = instruction(account(pays))
    made = send(pays, one)
    assert isinstance(made, Done)
    kind = "v1.transfer.created"
    if made.state is State.IN_TRANSIT:
        client.control(f"/stripe/outbound_payments/{made.provider_id}", {"status": "posted"})
        kind = "v2.money_management.outbound_payment.posted"
    (body,) = _events(client, kind)
    (heard,) = pays.heard(_signed(body), body)
    assert heard.key == one.key
    assert heard.fact == Done(made.provider_id, State.PAID)


def test_an_event_of_the_older_shape_is_read_again_too(connect: Stripe, account: Any) -> None:
    one = instruction(account(connect))
    made = send(connect, one)
    assert isinstance(made, Done)
    told = {"id": "evt_1", "object": "event", "type": "transfer.reversed",
            "data": {"object": {"id": made.provider_id, "object": "transfer", "reversed": True}}}  # fmt: skip
    body = json.dumps(told).encode()
    assert connect.heard(_signed(body), body)[0].fact == made


def test_an_event_about_nothing_of_ours_is_no_news(connect: Stripe, client: Any, account: Any) -> None:
    account(connect)
    (body,) = _events(client, "v2.core.account[configuration.recipient].capability_status_updated")
    assert connect.heard(_signed(body), body) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"stripe-signature": "t=1,v1=abc"},
        {"stripe-signature": "nonsense"},
        {"stripe-signature": "t=1,v1=é"},
        _signed(b"{}", secret="whsec_other"),
        _signed(b"{}", at=-301),
    ],
    ids=["none", "wrong", "nonsense", "no ASCII", "another secret", "too old"],
)
def test_a_forged_event_is_turned_away(connect: Stripe, headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        connect.heard(headers, b"{}")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id": 7}', b"\xff\xfe", b"not JSON"])
def test_a_body_that_is_no_event_is_turned_away(connect: Stripe, body: bytes) -> None:
    signed = _signed(body) if body.isascii() else {"stripe-signature": "t=1,v1=0"}
    with pytest.raises(Forbidden):
        connect.verify(signed, body)


def test_without_a_signing_secret_nothing_is_believed(outside: Outside) -> None:
    provider = connected(KEYS | {"signing_secret": ""}, outside)
    with pytest.raises(Forbidden):
        provider.verify(_signed(b"{}", secret=" "), b"{}")
    assert "signing secret" in str(provider.check())


def test_the_balance_is_that_of_the_rail(client: Any, outside: Outside) -> None:
    client.control("/stripe/balance", {"available": {"eur": 7}, "financial_account": {"eur": 9}})
    assert connected(KEYS, outside).balance("EUR") == 7
    assert connected(GLOBALLY, outside).balance("EUR") == 9
    assert connected(KEYS, outside).balance("GBP") == 0


def test_a_connection_is_tried_and_what_is_wrong_is_said(pays: Stripe, outside: Outside) -> None:
    assert pays.check() is None
    assert "does not accept the key" in str(connected(KEYS | {"api_key": "sk_test_wrong"}, outside).check())
    other = connected(GLOBALLY | {"financial_account": "fa_other"}, outside)
    assert "no financial account fa_other" in str(other.check())
    away = replace(outside, bases={"stripe": "http://127.0.0.1:9"})
    assert "could not be reached" in str(connected(KEYS, away).check())
    with pytest.raises(Retriable):
        connected(KEYS, away).balance("USD")


def test_no_key_is_ever_in_a_log_an_answer_or_an_error(
    client: Any, outside: Outside, account: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "sk_test_verysecretverysecret"
    wrong = connected(KEYS | {"api_key": secret}, outside)
    right = connected(KEYS, outside)
    one = instruction(account(right))
    script(client, outcome="refused", code="sk_test_devstore")
    said = [send(wrong, one), look(wrong, one), wrong.check(), send(right, one), repr(wrong), repr(right)]
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it must not say the key
        wrong.balance("USD")
    text = f"{said} {raised.value!r} {raised.value} {caplog.text}"
    for hidden in (secret, KEY, SECRET):
        assert hidden not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"api_key": "pk_test_1"}, "publishable"),
        ({"api_key": "shpss_1"}, "begins with sk_"),
        ({"api_key": ""}, "Secret key is missing"),
        ({"api_key": "sk_test_\nX"}, "copy it again"),
        ({"signing_secret": "we_1"}, "whsec_"),
        ({"mode": "charges"}, "connect, global_payouts"),
        ({"mode": "global_payouts"}, "fa_"),
    ],
)
def test_what_cannot_be_right_is_refused_when_it_is_entered(typed: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        PLUGIN.checked(KEYS | typed)
    assert KEY not in str(refused.value)


def test_pages_see_the_end_of_a_key_only() -> None:
    shown = PLUGIN.shown(PLUGIN.checked(KEYS))
    assert shown["api_key"] == "•••• tore"
    assert shown["mode"] == "connect"


def test_a_key_that_expired_pays_again_so_the_protocol_must_not_ask(
    connect: Stripe, client: Any, account: Any
) -> None:
    one = instruction(account(connect))
    send(connect, one)
    client.control("/clock", {"move_seconds": int(timedelta(hours=25).total_seconds())})
    send(connect, one)
    assert received(client) == [2468]
    assert isinstance(look(connect, one), Done)
