"""Bodies about the shop itself: shop/update, app/uninstalled, app/scopes_update, bulk_operations/finish."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from devstore.bulk_model import BulkOperation
from devstore.clock import rfc3339
from devstore.model import Shop
from devstore.payloads.parts import Body, local
from devstore.state import State


def shop_body(state: State, shop: Shop) -> Body:
    """The shop as REST shows it."""
    return {
        "id": shop.id,
        "name": shop.name,
        "email": shop.email,
        "customer_email": shop.email,
        "domain": shop.domain,
        "myshopify_domain": shop.domain,
        "country": shop.country,
        "country_code": shop.country,
        "currency": shop.currency,
        "enabled_presentment_currencies": [shop.currency, *shop.presentment_rates],
        "timezone": f"({_offset(shop, state.now)}) {shop.timezone}",
        "iana_timezone": shop.timezone,
        "shop_owner": f"Owner of {shop.name}",
        "plan_name": shop.plan.lower(),
        "plan_display_name": shop.plan,
        "taxes_included": shop.taxes_included,
        "tax_shipping": shop.tax_shipping,
        "created_at": local(shop, shop.created_at),
        "updated_at": local(shop, state.now),
        "setup_required": False,
    }


def _offset(shop: Shop, at: datetime) -> str:
    return "GMT" + at.astimezone(ZoneInfo(shop.timezone)).isoformat()[-6:]


def scopes_body(state: State, shop: Shop, before: Iterable[str], now: Iterable[str]) -> Body:
    """What the app could do before and can do now."""
    return {
        "id": shop.id,
        "previous": sorted(before),
        "current": sorted(now),
        "updated_at": rfc3339(state.now),
    }


def bulk_body(operation: BulkOperation) -> Body:
    """A bulk query has come to its end, good or bad."""
    done = operation.completed_at
    return {
        "admin_graphql_api_id": f"gid://shopify/BulkOperation/{operation.id}",
        "completed_at": None if done is None else rfc3339(done),
        "created_at": rfc3339(operation.created_at),
        "error_code": None if operation.error_code is None else operation.error_code.lower(),
        "status": operation.status.lower(),
        "type": "query",
    }
