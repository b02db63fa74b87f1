"""What Shopify says about a shop itself: name, currency, zone, and what we were granted."""

from dataclasses import dataclass

from app.kernel.currency import exponent
from app.kernel.period import zone
from app.shopify.admin_api import ShopAPI


@dataclass(frozen=True)
class ShopInfo:
    """Facts of the shop, checked: the currency and the zone are ones we can count in."""

    name: str
    currency: str
    timezone: str
    scopes: frozenset[str]
    """Granted now; a write scope implies its read scope."""


def shop_info(api: ShopAPI) -> ShopInfo:
    """Ask for them. Raises what ShopAPI.execute does, and Invalid for a currency or zone we do not know."""
    data = api.execute("shop")
    shop = data["shop"]
    exponent(shop["currencyCode"])
    zone(shop["ianaTimezone"])
    return ShopInfo(
        name=str(shop["name"]),
        currency=shop["currencyCode"],
        timezone=shop["ianaTimezone"],
        scopes=frozenset(s["handle"] for s in data["currentAppInstallation"]["accessScopes"]),
    )
