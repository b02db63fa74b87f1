"""Payouts all the way: reserved, sent over HTTP, lost, found, told by webhooks; and what the books say then."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import stripe

from app.config import Settings
from app.flows import connect_provider, payout_settings
from app.flows.connect_provider import StillAsked
from devstore.stripe.world import SECRET
from tests.rooms.provider_scene import GLOBALLY, PAYPAL, READY, STRIPE, Town, town


@pytest.fixture
def lumen(settings: Settings) -> Iterator[Town]:
    with town(settings) as made:
        yield made


def owed(lumen: Town, *handles: str) -> None:
    for handle in handles:
        lumen.owe(handle, 2500)
    lumen.reserve(lumen.plan(), READY)


@pytest.mark.parametrize("keys", [STRIPE, GLOBALLY], ids=["connect", "global"])
@pytest.mark.parametrize(
    "step",
    [
        {"outcome": "lost_before"},
        {"outcome": "lost_after"},
        {"outcome": "error", "executed": True},
        {"outcome": "throttled"},
        {"outcome": "conflict"},
    ],
    ids=lambda step: step["outcome"],
)
def test_stripe_pays_once_whatever_is_lost(lumen: Town, keys: Any, step: Any) -> None:
    lumen.connect("stripe", keys)
    account = lumen.by_stripe("mara")
    lumen.control("/stripe/webhooks", {"hold": True})
    owed(lumen, "mara")
    lumen.script("stripe", **step)
    lumen.pay()
    assert lumen.states() == {"mara": "unknown"}
    for _ in range(3):
        lumen.wait(timedelta(minutes=15))
        lumen.pay()
    assert lumen.received("stripe") == {account: 2500}
    assert lumen.states() == {"mara": "paid" if keys is STRIPE else "in_transit"}
    assert not lumen.broken()


def test_a_refusal_gives_the_money_back_with_a_sentence(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    lumen.by_stripe("mara")
    owed(lumen, "mara")
    lumen.control("/stripe/balance", {"available": {"eur": 1}})
    lumen.pay()
    (payout,) = lumen.payouts()
    assert (payout.payout.state.value, "does not cover it" in str(payout.payout.reason)) == ("failed", True)
    assert lumen.balance("mara")["payable"] == 2500
    assert not lumen.broken()


def test_a_webhook_settles_a_payment_and_a_later_one_brings_it_back(lumen: Town) -> None:
    path = lumen.connect("stripe", GLOBALLY)
    assert path.startswith("/webhooks/stripe/")
    lumen.by_stripe("mara")
    owed(lumen, "mara")
    lumen.pay()
    (payout,) = lumen.payouts()
    number = payout.payout.provider_id
    lumen.control("/stripe/webhooks", {"duplicate_next": 1})
    lumen.control(f"/stripe/outbound_payments/{number}", {"status": "posted"})
    assert set(lumen.told("stripe")) == {200}
    assert lumen.states() == {"mara": "paid"}
    lumen.control(f"/stripe/outbound_payments/{number}", {"status": "returned", "reason": "account_closed"})
    lumen.told("stripe")
    assert lumen.states() == {"mara": "returned"}
    assert "account closed" in str(lumen.payouts()[0].payout.reason)
    assert lumen.balance("mara")["payable"] == 2500
    assert not lumen.broken()


def test_webhooks_may_come_twice_turned_around_and_before_the_answer(lumen: Town) -> None:
    lumen.connect("stripe", GLOBALLY)
    lumen.by_stripe("mara")
    lumen.told("stripe")
    lumen.control("/stripe/webhooks", {"hold": True})
    owed(lumen, "mara")
    lumen.script("stripe", becomes="posted")
    lumen.script("stripe", outcome="lost_after")
    lumen.pay()
    assert lumen.states() == {"mara": "unknown"}
    lumen.control("/stripe/webhooks/deliver", {"turned": True, "copies": 3})
    before = len(lumen.events())
    lumen.told("stripe")
    assert lumen.states() == {"mara": "paid"}
    assert len(lumen.events()) == before
    assert not lumen.broken()


def test_a_key_that_expired_is_looked_up_and_then_a_person_is_asked(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    lumen.by_stripe("mara")
    owed(lumen, "mara")
    lumen.script("stripe", outcome="lost_before")
    lumen.pay()
    lumen.wait(timedelta(hours=21))
    for _ in range(3):
        lumen.pay()
        lumen.wait(timedelta(hours=1, minutes=1))
    (payout,) = lumen.payouts()
    assert payout.payout.needs_a_person
    assert lumen.received("stripe") == {}


def test_paypal_pays_a_batch_once_whatever_is_lost(lumen: Town) -> None:
    lumen.connect("paypal", PAYPAL)
    people = [lumen.by_paypal(handle) for handle in ("mara", "theo")]
    lumen.control("/paypal/webhooks", {"hold": True})
    owed(lumen, "mara", "theo")
    lumen.script("paypal", outcome="lost_after")
    for _ in range(3):
        lumen.pay()
        lumen.wait(timedelta(minutes=16))
    assert lumen.states() == {"mara": "paid", "theo": "paid"}
    assert lumen.received("paypal") == dict.fromkeys(people, "25.00")
    assert [one.payout.fee_minor for one in lumen.payouts()] == [25, 25]
    assert not lumen.broken()


def test_a_batch_whose_answer_was_lost_is_found_by_its_webhooks(lumen: Town) -> None:
    lumen.connect("paypal", PAYPAL)
    for handle in ("mara", "theo"):
        lumen.by_paypal(handle)
    owed(lumen, "mara", "theo")
    lumen.script("paypal", becomes="UNCLAIMED", receiver="theo@example.com")
    lumen.script("paypal", outcome="lost_after")
    lumen.pay()
    assert set(lumen.told("paypal")) == {200}
    assert lumen.states() == {"mara": "paid", "theo": "unclaimed"}
    assert not lumen.broken()


def test_a_forged_webhook_is_401_and_an_address_of_nobody_404(lumen: Town) -> None:
    path = lumen.connect("stripe", STRIPE)
    paypal = lumen.connect("paypal", PAYPAL)
    body = b'{"id": "evt_1", "type": "v1.transfer.created", "related_object": {"id": "tr_1", "type": "transfer"}}'
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, int(time.time()))

    def post(where: str, sent: bytes = body, **headers: str) -> int:
        return requests.post(lumen.url + where, data=sent, headers=headers, timeout=9).status_code

    signed = {"Stripe-Signature": header}
    assert post(path) == 401
    assert post(path, body + b" ", **signed) == 401
    assert post(paypal) == 401
    assert post(paypal.replace("paypal", "stripe"), **signed) == 404
    assert post(f"{path}x", **signed) == 404
    assert post("/webhooks/stripe", **signed) == 404
    assert post("/webhooks/stripe/a/b", **signed) == 404
    assert post(path, b"x" * 600_000, **signed) == 413
    assert requests.get(lumen.url + path, timeout=9).status_code == 405
    assert lumen.events() == []
    assert post(path, **signed) == 200
    assert post(path, **signed) == 200
    assert lumen.events() == ["stripe/told"]


def test_keys_in_the_environment_serve_the_sole_shop_at_the_bare_address(settings: Settings) -> None:
    keys = {"stripe": GLOBALLY}
    with town(settings, sole_shop="lumen.myshopify.com", provider_keys=keys) as lumen:
        lumen.by_stripe("mara")
        owed(lumen, "mara")
        lumen.pay()
        (payout,) = lumen.payouts()
        lumen.control(f"/stripe/outbound_payments/{payout.payout.provider_id}", {"status": "posted"})
        assert set(lumen.told("stripe")) == {200}
        assert lumen.states() == {"mara": "paid"}


def test_keys_of_another_shop_in_the_environment_are_nobodys_here(settings: Settings) -> None:
    with town(settings, sole_shop="other.myshopify.com", provider_keys={"stripe": STRIPE}) as lumen:
        assert "stripe" not in lumen.wiring.cashier.providers(lumen.shop_id)


def test_another_account_is_refused_while_an_outcome_is_unknown(lumen: Town) -> None:
    lumen.connect("stripe", STRIPE)
    lumen.by_stripe("mara")
    owed(lumen, "mara")
    lumen.script("stripe", outcome="lost_after")
    lumen.pay()
    with pytest.raises(StillAsked, match="of 1 payouts by stripe"):
        lumen.connect("stripe", STRIPE | {"api_key": "sk_test_other"})
    lumen.connect("stripe", STRIPE | {"api_key": "", "signing_secret": "whsec_new"})
    with lumen.wiring.shop_session(lumen.shop_id) as session, session.begin():
        payout_settings.disconnect(session, "stripe", actor="Ida", now=lumen.now)
    with pytest.raises(StillAsked):
        lumen.connect("stripe", STRIPE | {"api_key": "sk_test_other"})
    lumen.connect("stripe", STRIPE | {"api_key": "sk_test_other"}, is_same_account=True)


def test_a_connection_is_tried_and_the_sentence_is_kept(lumen: Town) -> None:
    def tried() -> str | None:
        wiring = lumen.wiring
        return connect_provider.test(wiring.shop_session, wiring.cashier, lumen.shop_id, "stripe", lumen.now)

    lumen.connect("stripe", STRIPE)
    assert tried() is None
    lumen.connect("stripe", STRIPE | {"api_key": "sk_test_wrong"})
    said = tried()
    assert said is not None
    with lumen.wiring.shop_session(lumen.shop_id) as session:
        held = connect_provider.shown(session)["stripe"]
    assert (held.complaint, held.shown["api_key"]) == (said, "•••• rong")
    assert b"sk_test_wrong" not in held.sealed
