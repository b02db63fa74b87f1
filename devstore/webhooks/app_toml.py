"""Read shopify.app.toml as the Dev Dashboard would: scopes, topics, compliance topics."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from devstore.state import AppConfig, Subscription

DEFAULT_TOPICS = (
    "orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/edited", "refunds/create",
    "app/uninstalled", "app/scopes_update", "shop/update", "discounts/create", "discounts/update", "discounts/delete",
    "discounts/redeemcode_removed", "bulk_operations/finish", "products/create", "products/update", "products/delete",
    "collections/create", "collections/update", "collections/delete",
    "customers/data_request", "customers/redact", "shop/redact",
)  # fmt: skip
DEFAULT_SCOPES = frozenset({
    "read_orders", "read_products", "read_customers", "write_discounts", "read_discounts", "write_pixels",
    "read_customer_events", "write_orders",
})  # fmt: skip
DEFAULT_URI = "/webhooks/shopify"


def configured(app: AppConfig, toml: Path | None) -> AppConfig:
    """The app with scopes and subscriptions of the file; with defaults where there is no file or section."""
    content: dict[str, Any] = tomllib.loads(toml.read_text()) if toml is not None and toml.exists() else {}
    scopes = _scopes(content.get("access_scopes", {}).get("scopes"))
    optional = content.get("access_scopes", {}).get("optional_scopes", ())
    found = _subscriptions(content.get("webhooks", {}))
    return replace(
        app,
        scopes=app.scopes or scopes or DEFAULT_SCOPES,
        optional_scopes=app.optional_scopes or frozenset(optional),
        subscriptions=found or tuple(Subscription(topic, DEFAULT_URI) for topic in DEFAULT_TOPICS),
        api_version=content.get("webhooks", {}).get("api_version", app.api_version),
    )


def _scopes(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (text or "").split(",") if part.strip())


def _subscriptions(section: dict[str, Any]) -> tuple[Subscription, ...]:
    return tuple(
        Subscription(
            topic=topic,
            uri=entry["uri"],
            name=entry.get("name"),
            include_fields=tuple(entry.get("include_fields", ())),
        )
        for entry in section.get("subscriptions", [])
        for topic in (*entry.get("topics", ()), *entry.get("compliance_topics", ()))
    )
