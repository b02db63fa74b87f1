"""How webhooks travel: signed, repeated with the same body, duplicated, shuffled, lost, held."""

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

from devstore.seed import LUMEN
from devstore.state import AppConfig
from devstore.webhooks.app_toml import configured


def place(client: Any, count: int = 1) -> None:
    for _ in range(count):
        client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "payment": "pending"})


def settle(client: Any) -> dict[str, int]:
    counts: dict[str, int] = client.control("/webhooks/settle", {"timeout_seconds": 20})["counts"]
    return counts


def test_a_delivery_carries_every_classic_header(client: Any, ear: Any) -> None:
    place(client)
    settle(client)
    (one,) = ear.heard
    secret = client.at.state.app.client_secret.encode()
    signature = base64.b64encode(hmac.new(secret, one.raw, hashlib.sha256).digest()).decode()
    assert one.headers["x-shopify-hmac-sha256"] == signature
    assert one.headers["x-shopify-topic"] == "orders/create"
    assert one.headers["x-shopify-shop-domain"] == LUMEN
    assert one.headers["x-shopify-api-version"] == "2026-10"
    assert one.headers["x-shopify-triggered-at"] == "2026-11-22T12:00:00Z"
    assert {"x-shopify-webhook-id", "x-shopify-event-id"} <= set(one.headers)


def test_the_events_family_has_lower_case_names_and_no_event_id(client: Any, ear: Any) -> None:
    client.control("/webhooks", {"lower_case": True})
    place(client)
    settle(client)
    (one,) = ear.heard
    names = {name for name in one.headers if "shopify" in name}
    assert names == {f"shopify-{n}" for n in ("topic", "hmac-sha256", "shop-domain", "api-version", "webhook-id",
                                              "handle", "action", "triggered-at")}  # fmt: skip


def test_all_webhooks_of_one_deed_share_their_event(client: Any, ear: Any) -> None:
    client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}]})
    settle(client)
    create, paid = ear.heard
    assert (create.topic, paid.topic) == ("orders/create", "orders/paid")
    assert create.headers["x-shopify-event-id"] == paid.headers["x-shopify-event-id"]
    assert create.headers["x-shopify-webhook-id"] != paid.headers["x-shopify-webhook-id"]


def test_a_failure_is_repeated_with_the_original_body_and_id(client: Any, ear: Any) -> None:
    ear.answers = [500]
    client.control("/webhooks", {"paused": True, "backoff_seconds": [0.01]})
    place(client)
    number = next(iter(client.at.state.shop(LUMEN).orders))
    client.control(f"/shops/{LUMEN}/orders/{number}/pay", {})
    client.control("/webhooks", {"paused": False})
    assert settle(client) == {"delivered": 3}
    first, second = ear.of("orders/create")
    assert first.raw == second.raw
    assert first.headers["x-shopify-webhook-id"] == second.headers["x-shopify-webhook-id"]
    assert second.body["financial_status"] == "pending"


def test_a_redirect_is_a_failure(client: Any, ear: Any) -> None:
    ear.answers = [302]
    client.control("/webhooks", {"backoff_seconds": [0.01]})
    place(client)
    assert settle(client) == {"delivered": 1}
    assert len(ear.heard) == 2


def test_nine_tries_are_the_end(client: Any, ear: Any) -> None:
    client.control("/webhooks", {"backoff_seconds": [0.001]})
    ear.answers = [503] * 9
    place(client)
    assert settle(client) == {"failed": 1}
    assert len(ear.heard) == 9
    log = client.control("/webhooks/log?topic=orders/create", method="GET")
    assert log[0]["answers"] == [503] * 9


def test_a_duplicate_is_the_same_delivery_again(client: Any, ear: Any) -> None:
    client.control("/webhooks", {"duplicate_next": 1})
    place(client)
    settle(client)
    first, second = ear.heard
    assert first.raw == second.raw
    assert first.headers["x-shopify-webhook-id"] == second.headers["x-shopify-webhook-id"]


def test_held_deliveries_leave_shuffled(client: Any, ear: Any) -> None:
    client.control("/webhooks", {"paused": True, "shuffle": True})
    place(client, 8)
    assert settle(client) == {"queued": 8}
    assert ear.heard == []
    client.control("/webhooks", {"paused": False})
    settle(client)
    names = [one.body["name"] for one in ear.heard]
    assert sorted(names) == [f"#{n}" for n in range(1001, 1009)]
    assert names != sorted(names)


def test_a_dropped_delivery_comes_later_or_never(client: Any, ear: Any) -> None:
    client.control("/webhooks", {"drop_next": 1, "backoff_seconds": [0.01]})
    place(client)
    assert settle(client) == {"delivered": 1}
    client.control("/webhooks", {"drop_next": 1, "lose_for_good": True})
    place(client)
    assert settle(client) == {"delivered": 1, "lost": 1}
    assert [one.body["name"] for one in ear.heard] == ["#1001"]


def test_an_uninstalled_app_hears_only_what_the_law_demands(client: Any, ear: Any) -> None:
    client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "email": "a@example.com"})
    client.control(f"/shops/{LUMEN}/uninstall", {})
    place(client)
    client.control(f"/shops/{LUMEN}/data_request", {"email": "a@example.com"})
    client.control(f"/shops/{LUMEN}/redact", {"email": "a@example.com"})
    client.control(f"/shops/{LUMEN}/redact", {})
    settle(client)
    assert [one.topic for one in ear.heard][2:] == [
        "app/uninstalled", "customers/data_request", "customers/redact", "shop/redact",
    ]  # fmt: skip
    assert len(ear.of("customers/redact")[0].body["orders_to_redact"]) == 1


def test_subscriptions_and_scopes_come_from_the_toml(tmp_path: Path) -> None:
    file = tmp_path / "shopify.app.toml"
    file.write_text(
        '[access_scopes]\nscopes = "read_orders, write_discounts"\n[webhooks]\napi_version = "2026-10"\n'
        '[[webhooks.subscriptions]]\ntopics = ["orders/create"]\nuri = "/w"\nname = "o"\n'
        '[[webhooks.subscriptions]]\ncompliance_topics = ["shop/redact"]\nuri = "/w"\n'
    )
    app = configured(AppConfig(), file)
    assert app.scopes == {"read_orders", "write_discounts"}
    assert [(s.topic, s.uri, s.name) for s in app.subscriptions] == [
        ("orders/create", "/w", "o"), ("shop/redact", "/w", None),
    ]  # fmt: skip
    assert len(configured(AppConfig(), None).subscriptions) == 23


def test_each_added_code_is_an_event_of_its_own(client: Any, ear: Any) -> None:
    client.control("/app", {"topics": ["discounts/redeemcode_added", "discounts/update"]})
    client.control("/api", {"import_polls": 0})
    made = client.control(f"/shops/{LUMEN}/discounts", {"title": "Main", "code": "A", "percent": "10"})
    add = """mutation ($id: ID!) { discountRedeemCodeBulkAdd(discountId: $id, codes: [{code: "B"}, {code: "C"}]) {
        bulkCreation { done importedCount } } }"""
    assert client.ask(add, id=made["gid"])["discountRedeemCodeBulkAdd"]["bulkCreation"]["importedCount"] == 2
    settle(client)
    added = ear.of("discounts/redeemcode_added")
    assert [one.body["redeem_code"]["code"] for one in added] == ["B", "C"]
    assert len({one.headers["x-shopify-event-id"] for one in added}) == 2
