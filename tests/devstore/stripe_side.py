"""The provider `stripe` at the pretend Stripe: fixtures and verbs of its tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from app.kernel.clock import SystemClock
from app.kernel.money import Money
from app.payouts.hosted import StripeAccount
from app.payouts.plugin import Outside
from app.payouts.protocol import Answer
from app.payouts.provider import Instruction, Question, Recipient
from app.payouts.providers.stripe import Stripe
from app.payouts.providers.stripe import connect as connected
from devstore.stripe.world import FINANCIAL_ACCOUNT, KEY, SECRET

KEYS = {"mode": "connect", "api_key": KEY, "signing_secret": SECRET, "financial_account": ""}
GLOBALLY = KEYS | {"mode": "global_payouts", "financial_account": FINANCIAL_ACCOUNT}
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARA = Recipient("Mara", "mara@example.com", "US", "USD", is_company=False)


@pytest.fixture
def outside(client: Any) -> Outside:
    return Outside(
        requests.Session(),
        SystemClock(),
        {one: f"{client.at.url}/pretend/{one}" for one in ("stripe", "paypal")},
    )


@pytest.fixture(params=[KEYS, GLOBALLY], ids=["connect", "global"])
def pays(request: Any, outside: Outside) -> Stripe:
    return connected(request.param, outside)


@pytest.fixture
def connect(outside: Outside) -> Stripe:
    return connected(KEYS, outside)


@pytest.fixture
def account(client: Any) -> Callable[[Stripe], str]:
    def active(provider: Stripe) -> str:
        name = provider.open_account(MARA, uuid4())
        client.control(f"/stripe/accounts/{name}", {"status": "active"})
        return name

    return active


def instruction(account_id: str, minor: int = 1234, currency: str = "USD") -> Instruction:
    key = uuid4()
    payee = StripeAccount(account_id, "US")
    return Instruction(1, key, uuid4(), key, Money(minor, currency), "Mara", payee, "Payout 1-1", NOW)


def question(one: Instruction, provider_id: str | None = None) -> Question:
    return Question(1, one.key, one.batch, one.amount, one.details, provider_id, one.created_at)


def send(provider: Stripe, one: Instruction) -> Answer:
    return provider.send([one])[one.key]


def look(provider: Stripe, one: Instruction, provider_id: str | None = None) -> Answer:
    return provider.status([question(one, provider_id)])[one.key]


def script(client: Any, **step: Any) -> None:
    client.control("/stripe/script", step)


def received(client: Any) -> list[int]:
    return [row["amount"] for row in requests.get(f"{client.at.url}/pretend/stripe/sent", timeout=9).json()]
