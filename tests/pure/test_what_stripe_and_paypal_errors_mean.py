"""Every error of a provider has one meaning: refused, unknown, or found. The tables of payouts.md 1.3 and 3."""

from typing import Any
from uuid import uuid4

import pytest
import stripe

from app.kernel.errors import Permanent, Retriable
from app.payouts.paypal import answers
from app.payouts.protocol import Done, Refused, State, Unknown
from app.payouts.stripe import errors


def error(kind: Any, status: int | None, code: str | None = None, said: str = "No.") -> stripe.StripeError:
    body = {"error": {"message": said, "code": code}}
    if issubclass(kind, stripe.InvalidRequestError):
        made: stripe.StripeError = kind(said, None, code=code, http_status=status, json_body=body)
    else:
        made = kind(said, http_status=status, json_body=body, code=code)
    return made


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (stripe.InvalidRequestError, 400, "balance_insufficient"),
        (stripe.InvalidRequestError, 404, "resource_missing"),
        (stripe.InsufficientFundsError, 400, "insufficient_funds"),
        (stripe.AuthenticationError, 401, None),
        (stripe.PermissionError, 403, None),
        (stripe.RecipientNotNotifiableError, 400, None),
        (stripe.InvalidRequestError, 400, "a_code_of_next_year"),
    ],
)
def test_stripe_refused_it(kind: Any, status: int, code: str | None) -> None:
    said = errors.answer(error(kind, status, code))
    assert isinstance(said, Refused)
    assert said.sentence[-1] in ".?"
    assert isinstance(errors.raised(error(kind, status, code)), Permanent)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (stripe.IdempotencyError, 400),
        (stripe.APIError, 409),
        (stripe.APIError, 500),
        (stripe.APIError, 503),
        (stripe.APIError, 302),
        (stripe.APIConnectionError, None),
        (stripe.RateLimitError, 429),
        (stripe.APIError, 408),
        (stripe.StripeError, None),
    ],
)
def test_nobody_knows_what_stripe_did(kind: Any, status: int | None) -> None:
    assert isinstance(errors.answer(error(kind, status)), Unknown)
    assert isinstance(errors.raised(error(kind, status)), Retriable)


@pytest.mark.parametrize(
    "secret", ["sk_test_51abc", "rk_live_9", "whsec_abc", "sk_test_********tore", "pk_live_1"]
)
def test_no_sentence_holds_a_key(secret: str) -> None:
    said = errors.answer(error(stripe.InvalidRequestError, 400, secret, f"Key {secret} of {secret}."))
    assert isinstance(said, Refused)
    assert secret not in f"{said.code} {said.sentence}"


LINK = {"links": [{"href": "https://evil.example/v1/payments/payouts/ABC-1_2", "rel": "self"}]}


@pytest.mark.parametrize(
    ("body", "batch"),
    [
        (LINK, "ABC-1_2"),
        ({"links": [{"href": "https://x/v1/payments/payouts/ABC/../../oauth2"}]}, None),
        ({"links": [{"href": "https://x/v1/payments/payouts/"}, 7, None]}, None),
        ({"links": "https://x/v1/payments/payouts/ABC"}, "ABC"),
        ({"links": [{"href": "https://developer.paypal.com/docs/errors"}]}, None),
        ({"details": [{"link": [{"href": "https://x/v1/payments/payouts/ABC"}]}]}, "ABC"),
        ({"links": [*LINK["links"], {"href": "https://x/v1/payments/payouts/OTHER"}]}, None),
        ({}, None),
    ],
)
def test_of_the_way_to_a_batch_only_its_number_is_taken(body: Any, batch: str | None) -> None:
    assert answers.named_batch(body) == batch


@pytest.mark.parametrize(
    ("status", "name", "is_refused"),
    [
        (422, "INSUFFICIENT_FUNDS", True),
        (403, "AUTHORIZATION_ERROR", True),
        (400, "VALIDATION_ERROR", True),
        (400, "SOMETHING_NEW", True),
        (400, "USER_BUSINESS_ERROR", False),
        (409, "PREVIOUS_REQUEST_IN_PROGRESS", False),
        (409, "ANYTHING", False),
        (400, "RATE_LIMIT_REACHED", False),
    ],
)
def test_what_paypal_refuses_and_what_it_leaves_open(status: int, name: str, is_refused: Any) -> None:
    said = answers.refusal(status, {"name": name, "message": "try again with a different sender_batch_ID"})
    assert isinstance(said, Refused) is is_refused
    if not is_refused:
        assert "different" not in str(said)


def item(status: str, **more: Any) -> answers.Item:
    payee = answers.Payee(answers.Amount("12.34", "EUR"), str(uuid4()))
    return answers.Item("ITEM1", status, "BATCH1", payee, **more)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SUCCESS", State.PAID),
        ("PENDING", State.IN_TRANSIT),
        ("ONHOLD", State.IN_TRANSIT),
        ("UNCLAIMED", State.UNCLAIMED),
        ("FAILED", State.FAILED),
        ("BLOCKED", State.FAILED),
        ("RETURNED", State.RETURNED),
        ("REFUNDED", State.RETURNED),
        ("REVERSED", State.RETURNED),
        ("A_STATUS_OF_NEXT_YEAR", State.IN_TRANSIT),
    ],
)
def test_every_status_of_an_item_has_a_state(status: str, state: State) -> None:
    said = answers.fact(item(status))
    assert (said.state, said.provider_id) == (state, "BATCH1/ITEM1")


def test_a_fee_counts_in_the_payouts_own_currency_only() -> None:
    assert answers.fact(item("SUCCESS", payout_item_fee=answers.Amount("0.25", "EUR"))).fee_minor == 25
    assert answers.fact(item("SUCCESS", payout_item_fee=answers.Amount("0.25", "USD"))).fee_minor is None
    assert answers.fact(item("SUCCESS", payout_item_fee=answers.Amount("nothing", "EUR"))).fee_minor is None


@pytest.mark.parametrize(("status", "state"), [("DENIED", State.FAILED), ("PENDING", State.IN_TRANSIT)])
def test_a_denied_batch_failed_for_each(status: str, state: State) -> None:
    key = uuid4()
    said = answers.of_batch(status, "BATCH1", key)
    assert isinstance(said, Done)
    assert (said.state, answers.batch_of(said.provider_id), answers.item_of(said.provider_id)) == (
        state, "BATCH1", None,
    )  # fmt: skip
