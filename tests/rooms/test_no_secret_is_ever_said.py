"""A full run of payouts, with everything that goes wrong: no key, token or account is in a log, a row or a sentence."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text

from app.config import Settings
from app.flows import connect_provider
from app.shopify.rewards import CARD_SCOPES, CREDIT_SCOPES
from devstore.paypal.world import CLIENT_SECRET
from devstore.stripe.world import KEY, SECRET
from tests.conftest import SECRET_KEY
from tests.rooms.provider_scene import PAYPAL, READY, STRIPE, Town, town

WRONG = "sk_test_wrongwrongwrong"


@pytest.fixture
def lumen(settings: Settings) -> Iterator[Town]:
    with town(settings, scopes=CREDIT_SCOPES | CARD_SCOPES | {"read_orders"}) as made:
        yield made


def _tokens(lumen: Town) -> list[str]:
    paypal: object = lumen.provider("paypal")
    held = vars(vars(paypal)["client"])["_token"]
    assert lumen.devstore is not None
    install = lumen.devstore.state.shop(lumen.world.domain).install
    assert install is not None
    return [held.value, *install.access_tokens, *install.refresh_tokens]


def _everything_goes_wrong(lumen: Town) -> list[str | None]:
    stripe_hook = lumen.connect("stripe", STRIPE)
    paypal_hook = lumen.connect("paypal", PAYPAL)
    lumen.by_stripe("mara")
    lumen.by_paypal("theo")
    for handle in ("mara", "theo"):
        lumen.owe(handle, 2500)
    lumen.reserve(lumen.plan(), READY)
    for provider in ("stripe", "paypal"):
        lumen.script(provider, outcome="lost_after")
        lumen.script(provider, outcome="refused")
    for _ in range(3):
        lumen.pay()
        lumen.told("stripe")
        lumen.told("paypal")
        lumen.wait(timedelta(minutes=16))
    for hook in (stripe_hook, paypal_hook):
        requests.post(lumen.url + hook, b'{"id": "x", "type": "y", "event_type": "z"}', timeout=9)
    lumen.connect("stripe", STRIPE | {"api_key": WRONG}, is_same_account=True)
    lumen.connect("paypal", PAYPAL | {"client_secret": f"{CLIENT_SECRET}x"}, is_same_account=True)
    lumen.owe("mara", 100)
    lumen.owe("theo", 100)
    lumen.reserve(lumen.plan(), READY)
    lumen.pay()
    wiring = lumen.wiring
    said = [
        connect_provider.test(wiring.shop_session, wiring.cashier, lumen.shop_id, name, lumen.now)
        for name in ("stripe", "paypal")
    ]
    lumen.connect("paypal", PAYPAL, is_same_account=True)
    lumen.provider("paypal").check()
    return said


def _rows(lumen: Town) -> str:
    """All that the database holds in the clear of payouts, jobs and decisions."""
    tables = ("payouts", "provider_settings", "decisions", "job_failures", "procrastinate_jobs", "inbox")
    with lumen.wiring.shop_session(lumen.shop_id) as session:
        return "\n".join(
            str(row)
            for table in tables
            for row in session.execute(text(f"select t::text from {table} t")).scalars()  # noqa: S608 - our own names
        )


def test_no_key_token_or_secret_is_in_a_log_a_row_or_a_sentence(
    lumen: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = _everything_goes_wrong(lumen)
    everything = f"{said}\n{caplog.text}\n{_rows(lumen)}"
    assert "Stripe does not accept the key" in everything
    assert "payout.moved" in everything
    hidden = [KEY, WRONG, SECRET, CLIENT_SECRET, SECRET_KEY, lumen.wiring.settings.shopify_api_secret]
    assert [one for one in (*hidden, *_tokens(lumen)) if one in everything] == []
    assert not lumen.broken()
