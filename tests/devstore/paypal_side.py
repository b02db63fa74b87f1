"""The provider `paypal` at the pretend PayPal: verbs of its tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import requests

from app.kernel.money import Money
from app.payouts.details import PaypalAccount
from app.payouts.paypal.answers import provider_id
from app.payouts.protocol import Answer
from app.payouts.provider import Instruction, Question
from app.payouts.providers.paypal import PayPal
from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID

KEYS = {
    "mode": "sandbox", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": WEBHOOK_ID,
    "batch_size": "",
}  # fmt: skip
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def run(
    *emails: str, minor: int = 1234, currency: str = "EUR", note: str = "Payout 1-1", **more: Any
) -> list[Instruction]:
    """One batch: a payout for each address."""
    batch = uuid4()
    return [
        Instruction(
            number, uuid4(), uuid4(), batch, Money(minor, currency), "Mara", PaypalAccount(email, "DE"), note, NOW,
            **more,
        )
        for number, email in enumerate(emails, start=1)
    ]  # fmt: skip


def question(one: Instruction, known: str | None = None) -> Question:
    return Question(one.payout_id, one.key, one.batch, one.amount, one.details, known, one.created_at)


def send(provider: PayPal, sent: Sequence[Instruction]) -> list[Answer]:
    answers = provider.send(sent)
    return [answers[one.key] for one in sent]


def look(provider: PayPal, sent: Sequence[Instruction], batch: str | None = None) -> list[Answer]:
    known = [provider_id(batch, str(one.key)) if batch else None for one in sent]
    answers = provider.status([question(one, it) for one, it in zip(sent, known, strict=True)])
    return [answers[one.key] for one in sent]


def script(client: Any, **step: Any) -> None:
    client.control("/paypal/script", step)


def received(client: Any) -> dict[str, str]:
    rows = requests.get(f"{client.at.url}/pretend/paypal/sent", timeout=9).json()
    return {row["recipient"]: row["amount"] for row in rows}
