"""The timeline of an order speaks to people: no topic of a webhook, no name of an enum."""

from typing import Any

from app.web.admin.timeline import timeline, told

AT = "2026-11-22T10:00:00Z"


def record(*topics: str) -> dict[str, Any]:
    events = [{"topic": topic, "triggered_at": AT, "received_at": AT} for topic in topics]
    return {
        "placed_at": AT,
        "paid_at": None,
        "events": events,
        "ledger": [],
        "credits": [],
        "decisions": [],
    }


def test_each_message_of_shopify_says_what_it_was_about() -> None:
    said = [moment.text for moment in timeline(record("orders/create", "orders/reread", "refunds/create"))]
    assert said == [
        "Placed",
        "Shopify's message: order placed",
        "Shopify's message: order read again",
        "Shopify's message: refund made",
    ]


def test_a_topic_that_is_new_is_shown_as_it_is() -> None:
    assert told("orders/fancy") == "orders/fancy"
