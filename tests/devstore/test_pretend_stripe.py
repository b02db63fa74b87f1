"""The pretend Stripe, asked by the real SDK."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe
from stripe import StripeClient

from devstore.stripe.world import FINANCIAL_ACCOUNT, KEY, SECRET

ONE_DAY = 86_400


@pytest.fixture
def sdk(client: Any) -> StripeClient:
    return StripeClient(
        KEY,
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=5),
        base_addresses={"api": f"{client.at.url}/pretend/stripe"},
    )


def _creator(sdk: StripeClient, capabilities: Any = None) -> str:
    asked: Any = {
        "contact_email": "mara@example.com",
        "display_name": "Mara",
        "dashboard": "express",
        "identity": {"country": "us", "entity_type": "individual"},
        "configuration": {"recipient": {"capabilities": capabilities or {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
        "defaults": {"currency": "usd", "responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "include": ["configuration.recipient", "identity", "requirements"],
    }  # fmt: skip
    return sdk.v2.core.accounts.create(asked).id


@pytest.fixture
def mara(client: Any, sdk: StripeClient) -> str:
    name = _creator(sdk)
    client.control(f"/stripe/accounts/{name}", {"status": "active"})
    return name


@pytest.fixture
def pay(sdk: StripeClient, mara: str) -> Callable[..., Any]:
    def transfer(key: str = "run-1", amount: int = 1234) -> Any:
        return sdk.v1.transfers.create(
            {"amount": amount, "currency": "usd", "destination": mara, "transfer_group": key, "metadata": {"payout": key}},
            {"idempotency_key": key},
        )  # fmt: skip

    return transfer


@pytest.fixture
def got(client: Any) -> Callable[[], list[int]]:
    def amounts() -> list[int]:
        rows = requests.get(f"{client.at.url}/pretend/stripe/sent", timeout=9).json()
        return [row["amount"] for row in rows]

    return amounts


def test_a_recipient_becomes_active_by_the_page_of_its_link(sdk: StripeClient, client: Any) -> None:
    name = _creator(sdk)
    link = sdk.v2.core.account_links.create({"account": name, "use_case": {"type": "account_onboarding",
        "account_onboarding": {"refresh_url": f"{client.at.url}/refresh", "return_url": f"{client.at.url}/back"}}})  # fmt: skip

    def status() -> str:
        account: Any = sdk.v2.core.accounts.retrieve(name, {"include": ["configuration.recipient"]})
        found: str = account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status
        return found

    assert status() == "pending"
    assert "Finish setting up" in requests.get(link.url, timeout=9).text
    assert requests.get(link.url, timeout=9, allow_redirects=False).headers["Location"].endswith("/refresh")
    assert requests.post(link.url, timeout=9, allow_redirects=False).headers["Location"].endswith("/back")
    assert status() == "active"


def test_a_link_is_too_old_after_five_minutes(sdk: StripeClient, client: Any, mara: str) -> None:
    link = sdk.v2.core.account_links.create({"account": mara, "use_case": {"type": "account_onboarding",
        "account_onboarding": {"refresh_url": "http://127.0.0.1:1/refresh"}}})  # fmt: skip
    client.control("/clock", {"move_seconds": 300})
    assert requests.get(link.url, timeout=9, allow_redirects=False).status_code == 302


def test_what_the_official_types_do_not_know_is_refused(sdk: StripeClient, client: Any, mara: str) -> None:
    old: Any = {"account": mara, "use_case": {"type": "account_onboarding",
        "account_onboarding": {"refresh_url": "r", "configurations": ["recipient"]}}}  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="configurations"):
        sdk.v2.core.account_links.create(old)
    odd: Any = {"amount": "12.5", "currency": "usd", "destination": mara}
    with pytest.raises(stripe.InvalidRequestError, match="amount"):
        sdk.v1.transfers.create(odd)
    with pytest.raises(stripe.InvalidRequestError, match="bogus"):
        sdk.v1.transfers.create(odd | {"amount": 12, "bogus": 1})
    with pytest.raises(stripe.AuthenticationError):
        StripeClient(
            "sk_other", base_addresses={"api": f"{client.at.url}/pretend/stripe"}
        ).v1.balance.retrieve()


def test_a_transfer_is_found_by_its_group_and_taken_back_in_part(
    sdk: StripeClient, pay: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    before = sdk.v1.balance.retrieve().available[0].amount
    made = pay()
    assert [one.id for one in sdk.v1.transfers.list({"transfer_group": "run-1"}).data] == [made.id]
    assert sdk.v1.transfers.list({"transfer_group": "run-2"}).data == []
    sdk.v1.transfers.reversals.create(made.id, {"amount": 234}, {"idempotency_key": "back"})
    assert sdk.v1.transfers.retrieve(made.id).amount_reversed == 234
    assert got() == [1000]
    assert sdk.v1.balance.retrieve().available[0].amount == before - 1000


def test_a_key_executes_once_a_day_and_again_after_that(
    client: Any, pay: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    first = pay()
    again = pay()
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        pay(amount=1235)
    assert got() == [1234]
    client.control("/clock", {"move_seconds": ONE_DAY})
    assert pay().id != first.id
    assert got() == [2468]


@pytest.mark.parametrize(
    ("step", "problem", "paid"),
    [
        ({"outcome": "refused"}, stripe.InvalidRequestError, []),
        ({"outcome": "refused", "code": "account_closed"}, stripe.InvalidRequestError, []),
        ({"outcome": "lost_before"}, stripe.APIConnectionError, []),
        ({"outcome": "lost_after"}, stripe.APIConnectionError, [1234]),
        ({"outcome": "error"}, stripe.APIError, []),
        ({"outcome": "error", "status": 503, "executed": True}, stripe.APIError, [1234]),
        ({"outcome": "conflict"}, stripe.StripeError, []),
        ({"outcome": "throttled"}, stripe.RateLimitError, []),
    ],
)
def test_a_call_goes_as_the_script_has_it(
    client: Any,
    pay: Callable[..., Any],
    got: Callable[[], list[int]],
    step: Any,
    problem: type,
    paid: list[int],
) -> None:
    client.control("/stripe/script", step)
    with pytest.raises(problem) as seen:
        pay()
    assert got() == paid
    assert "code" not in step or seen.value.code == step["code"]  # type: ignore[attr-defined]  # the SDK's errors have it
    assert client.control("/stripe/script", method="GET") == []


def test_a_lost_answer_is_found_again_by_the_key(
    client: Any, pay: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    client.control("/stripe/script", {"outcome": "lost_after"})
    with pytest.raises(stripe.APIConnectionError):
        pay()
    assert pay().amount == 1234
    assert got() == [1234]


def test_v1_keeps_a_500_under_its_key_but_not_a_429(client: Any, pay: Callable[..., Any]) -> None:
    client.control("/stripe/script", {"outcome": "error"})
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            pay()
    client.control("/stripe/script", {"outcome": "throttled"})
    with pytest.raises(stripe.RateLimitError):
        pay("run-2")
    assert pay("run-2").amount == 1234


def test_a_slow_answer_has_moved_the_money(client: Any, sdk: StripeClient, mara: str, got: Any) -> None:
    client.control("/stripe/script", {"outcome": "slow", "seconds": 0.3, "receiver": mara})
    hasty = StripeClient(KEY, max_network_retries=0, http_client=stripe.RequestsClient(timeout=0.1),
        base_addresses={"api": f"{client.at.url}/pretend/stripe"})  # fmt: skip
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.transfers.create({"amount": 5, "currency": "usd", "destination": mara})
    assert got() == [5]


def test_a_balance_too_small_and_a_recipient_not_ready_are_refused(
    client: Any, sdk: StripeClient, pay: Callable[..., Any]
) -> None:
    client.control("/stripe/balance", {"available": {"usd": 1233}})
    with pytest.raises(stripe.InvalidRequestError) as seen:
        pay()
    assert seen.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="capability"):
        sdk.v1.transfers.create({"amount": 1, "currency": "usd", "destination": _creator(sdk)})


@pytest.fixture
def send(client: Any, sdk: StripeClient) -> Callable[..., Any]:
    name = _creator(sdk, {"bank_accounts": {"local": {"requested": True}}})
    client.control(f"/stripe/accounts/{name}", {"status": "active"})

    def payment(key: str = "run-1") -> Any:
        return sdk.v2.money_management.outbound_payments.create(
            {"from": {"financial_account": FINANCIAL_ACCOUNT, "currency": "usd"}, "to": {"recipient": name, "currency": "eur"},
             "amount": {"value": 1234, "currency": "usd"}, "metadata": {"payout": key}},
            {"idempotency_key": key},
        )  # fmt: skip

    return payment


def test_an_outbound_payment_comes_back_after_it_was_paid(
    client: Any, sdk: StripeClient, send: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    made = send()
    assert made.status == "processing"
    client.control(f"/stripe/outbound_payments/{made.id}", {"status": "posted"})
    assert got() == [1234]
    client.control(
        f"/stripe/outbound_payments/{made.id}", {"status": "returned", "reason": "payout_method_closed"}
    )
    found = sdk.v2.money_management.outbound_payments.list({"recipient": made.to.recipient}).data
    assert [one.status for one in found] == ["returned"]
    assert sum(got()) == 0
    refused = client.control(f"/stripe/outbound_payments/{made.id}", {"status": "posted"})
    assert "returned" in refused["error"]


def test_v2_repeats_no_success_and_tries_a_failure_again(
    client: Any, send: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    client.control("/stripe/script", {"outcome": "error"})
    with pytest.raises(stripe.APIError):
        send()
    assert send().id == send().id
    assert got() == [1234]
    client.control("/stripe/balance", {"financial_account": {"usd": 0}})
    with pytest.raises(stripe.InsufficientFundsError):
        send("run-2")


def test_a_payment_fails_when_the_script_says_so(client: Any, send: Callable[..., Any]) -> None:
    client.control("/stripe/script", {"becomes": "failed", "reason": "payout_method_declined"})
    made = send()
    assert client.control("/stripe/webhooks/settle")[-1]["type"].endswith("outbound_payment.failed")
    assert made.id


def test_a_thin_event_is_signed_and_leads_to_its_object(
    client: Any, sdk: StripeClient, ear: Any, pay: Callable[..., Any]
) -> None:
    made = pay()
    client.control("/stripe/webhooks/settle")
    heard = ear.heard[-1]
    notice = sdk.parse_event_notification(heard.raw, heard.headers["stripe-signature"], SECRET)
    assert notice.type == "v1.transfer.created"
    assert sdk.v2.core.events.retrieve(notice.id).type == notice.type
    assert notice.fetch_related_object().id == made.id


def test_events_come_late_twice_and_turned_round(client: Any, ear: Any, pay: Callable[..., Any]) -> None:
    client.control("/stripe/webhooks/settle")
    ear.heard.clear()
    client.control("/stripe/webhooks", {"hold": True})
    pay("run-1")
    pay("run-2")
    assert ear.heard == []
    sent = client.control("/stripe/webhooks/deliver", {"turned": True, "copies": 2})
    names = [one.body["id"] for one in ear.heard]
    assert names == [sent[1]["id"]] * 2 + [sent[0]["id"]] * 2
    client.control("/stripe/webhooks/deliver", {"again": sent[0]["id"]})
    assert ear.heard[-1].body["id"] == sent[0]["id"]
    client.control("/stripe/webhooks", {"hold": False, "duplicate_next": 1})
    pay("run-3")
    client.control("/stripe/webhooks/settle")
    assert ear.heard[-1].raw == ear.heard[-2].raw


def test_a_reset_forgets_the_money_and_the_keys(
    client: Any, pay: Callable[..., Any], got: Callable[[], list[int]]
) -> None:
    pay()
    client.control("/reset", {})
    assert got() == []
