"""The provider `paypal`: its webhooks, trying the connection, and what is never said."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from app.kernel.errors import Forbidden, Invalid, Retriable
from app.payouts.plugin import Outside
from app.payouts.protocol import Done, State, Unknown
from app.payouts.providers.paypal import PLUGIN, PayPal
from app.payouts.providers.paypal import connect as connected
from devstore.paypal.world import CLIENT_SECRET
from tests.devstore.paypal_side import KEYS, look, run, script, send

ITEM_PAID = "PAYMENT.PAYOUTS-ITEM.SUCCEEDED"
BATCH_DONE = "PAYMENT.PAYOUTSBATCH.SUCCESS"


@pytest.fixture
def paypal(outside: Outside) -> PayPal:
    return connected(KEYS, outside)


def told(client: Any, ear: Any, kind: str) -> Any:
    client.control("/paypal/webhooks/settle", {})
    return next(one for one in ear.heard if f'"{kind}"'.encode() in one.raw)


def test_an_item_is_verified_with_paypal_and_read_again(paypal: PayPal, client: Any, ear: Any) -> None:
    (one,) = run("mara@example.com")
    send(paypal, [one])
    hook = told(client, ear, ITEM_PAID)
    notice = paypal.verify(hook.headers, hook.raw)
    assert (notice.kind, notice.id.startswith("WH-")) == (ITEM_PAID, True)
    (heard,) = paypal.heard(hook.headers, hook.raw)
    assert (heard.key, heard.fact.state, heard.fact.fee_minor) == (one.key, State.PAID, 25)


def test_a_batch_tells_of_all_of_its_items_also_when_its_answer_was_lost(
    paypal: PayPal, client: Any, ear: Any
) -> None:
    script(client, outcome="lost_after")
    sent = run("mara@example.com", "theo@example.com")
    assert all(isinstance(one, Unknown) for one in send(paypal, sent))
    hook = told(client, ear, BATCH_DONE)
    heard = paypal.heard(hook.headers, hook.raw)
    assert {one.key for one in heard} == {one.key for one in sent}
    assert {one.fact.state for one in heard} == {State.PAID}


def test_a_late_webhook_says_what_is_so_now(paypal: PayPal, client: Any, ear: Any) -> None:
    sent = run("mara@example.com")
    (made,) = send(paypal, sent)
    assert isinstance(made, Done)
    (found,) = look(paypal, sent, made.provider_id.partition("/")[0])
    assert isinstance(found, Done)
    client.control(f"/paypal/items/{found.provider_id.partition('/')[2]}", {"status": "REFUNDED"})
    hook = told(client, ear, ITEM_PAID)
    assert paypal.heard(hook.headers, hook.raw)[0].fact.state is State.RETURNED


@pytest.mark.parametrize(
    "change",
    [
        {"paypal-transmission-sig": "bm90aGluZw=="},
        {"paypal-transmission-id": "another"},
        {"paypal-transmission-time": ""},
        {"paypal-cert-url": "http://api.paypal.com/cert"},
        {"paypal-cert-url": "https://api.paypal.com.evil.example/cert"},
        {"paypal-cert-url": "https://paypal.com@evil.example/cert"},
        {"paypal-cert-url": "https://169.254.169.254/cert"},
        {"paypal-auth-algo": "x" * 3000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_forged_webhook_is_turned_away(
    paypal: PayPal, client: Any, ear: Any, change: dict[str, str]
) -> None:
    send(paypal, run("mara@example.com"))
    hook = told(client, ear, ITEM_PAID)
    with pytest.raises(Forbidden):
        paypal.verify(hook.headers | change, hook.raw)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"id": 1}', b'{"id": "a", "event_type": "b"} {}'])
def test_a_body_that_is_no_event_never_reaches_paypal(paypal: PayPal, body: bytes) -> None:
    with pytest.raises(Forbidden):
        paypal.verify({}, body)


def test_a_changed_body_is_turned_away(paypal: PayPal, client: Any, ear: Any) -> None:
    send(paypal, run("mara@example.com"))
    hook = told(client, ear, ITEM_PAID)
    with pytest.raises(Forbidden):
        paypal.verify(hook.headers, hook.raw.replace(b"SUCCESS", b"FAILED"))


def test_a_webhook_that_nobody_can_verify_is_to_be_sent_again(
    client: Any, ear: Any, outside: Outside, paypal: PayPal
) -> None:
    send(paypal, run("mara@example.com"))
    hook = told(client, ear, ITEM_PAID)
    away = connected(KEYS, replace(outside, bases={"paypal": "http://127.0.0.1:9"}))
    with pytest.raises(Retriable):
        away.verify(hook.headers, hook.raw)
    with pytest.raises(Retriable):
        away.read(hook.raw)
    silent = connected(KEYS | {"webhook_id": ""}, outside)
    with pytest.raises(Forbidden):
        silent.verify(hook.headers, hook.raw)


def test_an_event_of_another_account_or_of_something_else_is_no_news(paypal: PayPal) -> None:
    assert paypal.read(b'{"id": "1", "event_type": "X", "resource": {"payout_item_id": "NONE"}}') == []
    assert paypal.read(b'{"id": "1", "event_type": "X", "resource": {"id": "sale"}}') == []
    batch = b'{"id": "1", "event_type": "X", "resource": {"batch_header": {"payout_batch_id": "NONE"}}}'
    assert paypal.read(batch) == []


def test_a_connection_is_tried_and_what_is_wrong_is_said(paypal: PayPal, outside: Outside) -> None:
    assert paypal.check() is None
    assert paypal.balance("EUR") is None
    assert "client ID and secret" in str(connected(KEYS | {"client_secret": "other"}, outside).check())
    assert "webhook's ID" in str(connected(KEYS | {"webhook_id": ""}, outside).check())
    away = replace(outside, bases={"paypal": "http://127.0.0.1:9"})
    assert "could not be reached" in str(connected(KEYS, away).check())


def test_no_secret_and_no_token_is_ever_in_a_log_an_answer_or_an_error(
    paypal: PayPal, client: Any, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = connected(KEYS | {"client_secret": "verysecretverysecret"}, outside)
    sent = run("mara@example.com")
    script(client, outcome="refused", code="VALIDATION_ERROR")
    said = [send(wrong, sent), wrong.check(), send(paypal, sent), repr(wrong), repr(paypal)]
    text = f"{said} {caplog.text}"
    for hidden in ("verysecretverysecret", CLIENT_SECRET, paypal.client._fresh(None).value):
        assert hidden not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"client_id": ""}, "Client ID is missing"),
        ({"client_secret": "two words"}, "copy it again"),
        ({"batch_size": "15001"}, "1 to 15000"),
        ({"batch_size": "-1"}, "1 to 15000"),
        ({"mode": "test"}, "live, sandbox"),
    ],
)
def test_what_cannot_be_right_is_refused_when_it_is_entered(typed: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        PLUGIN.checked(KEYS | typed)
    assert CLIENT_SECRET not in str(refused.value)
    assert PLUGIN.shown(KEYS)["client_secret"] == "•••• cret"
