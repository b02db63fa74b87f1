"""The pretend PayPal, asked as the app will ask it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET

DAY = 86_400
Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(client: Any) -> Ask:
    token = ""

    def call(path: str, body: Any = None, **more: Any) -> requests.Response:
        nonlocal token
        base = f"{client.at.url}/pretend/paypal/v1"
        if not token or more.pop("fresh", False):
            form = {"grant_type": "client_credentials"}
            made = requests.post(f"{base}/oauth2/token", form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=9)
            token = made.json()["access_token"]
        return requests.request(
            "GET" if body is None else "POST", base + path, json=body,
            headers={"Authorization": f"Bearer {token}"}, timeout=more.pop("timeout", 9), params=more,
        )  # fmt: skip

    return call


def _batch(name: str = "run-1", *, people: int = 1, **item: Any) -> dict[str, Any]:
    return {
        "sender_batch_header": {"sender_batch_id": name, "recipient_type": "EMAIL"},
        "items": [
            {
                "amount": {"currency": "EUR", "value": "12.34"},
                "receiver": f"creator{n}@example.com",
                "sender_item_id": f"{name}-{n}",
            }
            | item
            for n in range(people)
        ],
    }


@pytest.fixture
def got(client: Any) -> Callable[[], list[str]]:
    def amounts() -> list[str]:
        rows = requests.get(f"{client.at.url}/pretend/paypal/sent", timeout=9).json()
        return [row["amount"] for row in rows]

    return amounts


def _items(ask: Ask, made: requests.Response) -> list[dict[str, Any]]:
    name = made.json()["batch_header"]["payout_batch_id"]
    found: list[dict[str, Any]] = ask(f"/payments/payouts/{name}").json()["items"]
    return found


def test_a_batch_pays_and_is_read_page_by_page(ask: Ask, got: Callable[[], list[str]]) -> None:
    made = ask("/payments/payouts", _batch(people=5))
    assert made.status_code == 201
    assert made.json()["batch_header"]["batch_status"] == "PENDING"
    assert got() == ["12.34"] * 5
    name = made.json()["batch_header"]["payout_batch_id"]
    page = ask(f"/payments/payouts/{name}", page_size=2, page=3).json()
    assert (page["total_items"], page["total_pages"], len(page["items"])) == (5, 3, 1)
    one = page["items"][0]
    assert ask(f"/payments/payouts-item/{one['payout_item_id']}").json() == one
    assert one["payout_item_fee"] == {"currency": "EUR", "value": "0.25"}


def test_the_same_batch_is_refused_with_the_way_to_the_first_for_thirty_days(
    ask: Ask, client: Any, got: Callable[[], list[str]]
) -> None:
    first = ask("/payments/payouts", _batch()).json()["batch_header"]["payout_batch_id"]
    again = ask("/payments/payouts", _batch())
    assert again.status_code == 400
    link = again.json()["links"][0]["href"]
    assert link.endswith(f"/v1/payments/payouts/{first}")
    assert got() == ["12.34"]
    client.control("/clock", {"move_seconds": 30 * DAY})
    assert ask("/payments/payouts", _batch(), fresh=True).status_code == 201
    assert got() == ["24.68"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (_batch(amount={"currency": "EUR", "value": 12.34}), "string"),
        (_batch(amount={"currency": "EUR", "value": "0.00"}), "pattern"),
        (_batch(bogus=1), "bogus"),
        (_batch(sender_item_id="x" * 64), "63"),
        (_batch(people=2, sender_item_id="same"), "DUPLICATE_ITEM"),
        (_batch(people=0), "at least 1"),
        (_batch() | {"sender_batch_header": {}}, "recipient type"),
        (_batch(people=1) | {"items": _batch()["items"] * 15_001}, "at most 15000"),
    ],
)  # fmt: skip
def test_what_the_specification_does_not_allow_is_refused(ask: Ask, body: Any, word: str) -> None:
    answer = ask("/payments/payouts", body)
    assert answer.status_code == 400
    assert word in answer.text


@pytest.mark.parametrize(
    ("step", "status", "paid"),
    [
        ({"outcome": "refused"}, 422, []),
        ({"outcome": "refused", "code": "AUTHORIZATION_ERROR"}, 403, []),
        ({"outcome": "refused", "code": "USER_BUSINESS_ERROR"}, 400, []),
        ({"outcome": "error", "status": 503}, 503, []),
        ({"outcome": "error", "executed": True}, 500, ["12.34"]),
        ({"outcome": "conflict"}, 409, []),
        ({"outcome": "throttled"}, 429, []),
        ({"outcome": "ok", "receiver": "nobody@example.com"}, 201, ["12.34"]),
    ],
)
def test_a_call_goes_as_the_script_has_it(
    client: Any, ask: Ask, got: Callable[[], list[str]], step: Any, status: int, paid: list[str]
) -> None:
    client.control("/paypal/script", step)
    assert ask("/payments/payouts", _batch()).status_code == status
    assert got() == paid


@pytest.mark.parametrize(("outcome", "paid"), [("lost_before", []), ("lost_after", ["12.34"])])
def test_an_answer_is_lost_before_or_after_the_money_moved(
    client: Any, ask: Ask, got: Callable[[], list[str]], outcome: str, paid: list[str]
) -> None:
    client.control("/paypal/script", {"outcome": outcome})
    with pytest.raises(requests.ConnectionError):
        ask("/payments/payouts", _batch())
    assert got() == paid
    assert ask("/payments/payouts", _batch()).status_code == (400 if paid else 201)
    assert got() == ["12.34"]


def test_a_slow_answer_has_moved_the_money(client: Any, ask: Ask, got: Callable[[], list[str]]) -> None:
    client.control("/paypal/script", {"outcome": "slow", "seconds": 0.5})
    ask("/payments/payouts/none")
    with pytest.raises(requests.Timeout):
        ask("/payments/payouts", _batch(), timeout=0.2)
    assert got() == ["12.34"]


def test_the_notes_of_the_sandbox_and_a_small_balance_refuse(client: Any, ask: Ask) -> None:
    assert ask("/payments/payouts", _batch(note="ERRPYO039")).status_code == 409
    client.control("/paypal/balance", {"EUR": "12.58"})
    assert ask("/payments/payouts", _batch()).json()["name"] == "INSUFFICIENT_FUNDS"
    client.control("/paypal/balance", {"EUR": "12.59"})
    assert ask("/payments/payouts", _batch()).status_code == 201


@pytest.mark.parametrize("status", ["PENDING", "UNCLAIMED", "FAILED", "ONHOLD", "BLOCKED"])
def test_an_item_becomes_what_the_script_says_of_its_receiver(
    client: Any, ask: Ask, got: Callable[[], list[str]], status: str
) -> None:
    client.control("/paypal/script", {"becomes": status, "receiver": "creator1@example.com"})
    made = ask("/payments/payouts", _batch(people=2))
    assert [one["transaction_status"] for one in _items(ask, made)] == ["SUCCESS", status]
    assert got() == ["12.34"]


def test_only_an_unclaimed_item_can_be_cancelled(client: Any, ask: Ask) -> None:
    client.control("/paypal/script", {"becomes": "UNCLAIMED", "receiver": "creator1@example.com"})
    paid, waiting = _items(ask, ask("/payments/payouts", _batch(people=2)))
    refused = ask(f"/payments/payouts-item/{paid['payout_item_id']}/cancel", {})
    assert refused.json()["name"] == "ITEM_INCORRECT_STATUS"
    done = ask(f"/payments/payouts-item/{waiting['payout_item_id']}/cancel", {})
    assert done.json()["transaction_status"] == "RETURNED"


def test_money_comes_back_after_it_was_paid(client: Any, ask: Ask, got: Callable[[], list[str]]) -> None:
    (item,) = _items(ask, ask("/payments/payouts", _batch()))
    path = f"/paypal/items/{item['payout_item_id']}"
    moved = client.control(path, {"status": "REVERSED", "reason": "RECEIVER_REFUSED"})
    assert moved["errors"]["name"] == "RECEIVER_REFUSED"
    assert got() == []
    assert "REVERSED" in client.control(path, {"status": "SUCCESS"})["error"]


def test_notices_are_verified_and_a_changed_one_is_not(client: Any, ask: Ask, ear: Any) -> None:
    client.control("/paypal/webhooks", {"hold": True})
    ask("/payments/payouts", _batch())
    client.control("/paypal/webhooks/deliver", {"turned": True, "copies": 2})
    kinds = [one.body["event_type"].removeprefix("PAYMENT.") for one in ear.heard[-6::2]]
    assert kinds == ["PAYOUTSBATCH.SUCCESS", "PAYOUTS-ITEM.SUCCEEDED", "PAYOUTSBATCH.PROCESSING"]
    heard = ear.heard[-3]
    asked = {key: heard.headers[f"paypal-{key.replace('_', '-')}"] for key in
             ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time")}  # fmt: skip
    asked |= {"webhook_id": "WH-DEVSTORE", "webhook_event": json.loads(heard.raw)}
    path = "/notifications/verify-webhook-signature"
    assert ask(path, asked).json() == {"verification_status": "SUCCESS"}
    asked["webhook_event"]["summary"] = "another"
    assert ask(path, asked).json() == {"verification_status": "FAILURE"}


def test_a_token_is_needed_and_grows_old(client: Any, ask: Ask) -> None:
    ask("/payments/payouts", _batch())
    client.control("/clock", {"move_seconds": DAY})
    assert ask("/payments/payouts", _batch("run-2")).status_code == 401
    wrong = requests.post(f"{client.at.url}/pretend/paypal/v1/oauth2/token", {}, auth=("a", "b"), timeout=9)
    assert wrong.status_code == 401


def test_a_step_that_cannot_happen_is_refused(client: Any) -> None:
    assert "exploded" in client.control("/paypal/script", {"outcome": "exploded"})["error"]
    assert "times" in client.control("/paypal/script", {"times": 0})["error"]
    assert "colour" in client.control("/paypal/script", {"colour": 1})["error"]


def test_the_control_page_shows_and_writes_the_script_and_what_was_paid(client: Any, ask: Ask) -> None:
    assert ask("/payments/payouts", _batch()).status_code == 201
    form = {"outcome": "refused", "code": "AUTHORIZATION_ERROR", "becomes": "", "receiver": ""}
    page = requests.post(f"{client.at.url}/_control/forms/providers/paypal", form, timeout=9).text
    assert "refused AUTHORIZATION_ERROR" in page
    assert "creator0@example.com: 12.34 EUR" in page
    form["outcome"] = "exploded"
    page = requests.post(f"{client.at.url}/_control/forms/providers/paypal", form, timeout=9).text
    assert "There is no outcome &#39;exploded&#39;" in page
    assert ask("/payments/payouts", _batch("run-2")).status_code == 403
