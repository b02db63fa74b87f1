"""shop, currentAppInstallation, publicApiVersions, node and nodes, appUninstall, the web pixel."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from devstore.clock import rfc3339
from devstore.graphql.access import check_field
from devstore.graphql.context import NODES, Context, Node, gid, mutation, node_type, number_of, query
from devstore.graphql.errors import bad_request, missing
from devstore.graphql.schema import VERSION
from devstore.model import Install
from devstore.verbs.install import uninstall

APP_ID = 755357713
OLD_VERSIONS = ("2026-01", "2026-04", "2026-07")


@query("shop")
def shop(context: Context) -> Node:
    """The shop's settings. Personal data of the owner is the shop's own contact address."""
    one = context.shop
    offset = context.state.now.astimezone(ZoneInfo(one.timezone)).utcoffset()
    domain = {
        "id": gid("Domain", one.id),
        "host": one.domain,
        "url": f"https://{one.domain}",
        "sslEnabled": True,
    }
    return {
        "id": one.gid,
        "name": one.name,
        "myshopifyDomain": one.domain,
        "primaryDomain": domain,
        "url": f"https://{one.domain}",
        "email": one.email,
        "contactEmail": one.email,
        "createdAt": rfc3339(one.created_at),
        "currencyCode": one.currency,
        "enabledPresentmentCurrencies": [one.currency, *one.presentment_rates],
        "currencyFormats": {
            "moneyFormat": one.currency + " {{amount}}",
            "moneyWithCurrencyFormat": "{{amount}} " + one.currency,
        },
        "ianaTimezone": one.timezone,
        "timezoneOffsetMinutes": int(offset.total_seconds() // 60) if offset is not None else 0,
        "taxesIncluded": one.taxes_included,
        "taxShipping": one.tax_shipping,
        "shopAddress": {"id": gid("ShopAddress", one.id), "countryCodeV2": one.country, "provinceCode": None},
        "plan": {
            "publicDisplayName": one.plan,
            "partnerDevelopment": False,
            "shopifyPlus": one.plan == "Plus",
        },
        "setupRequired": False,
    }


@node_type("Shop")
def find_shop(context: Context, number: int) -> Node | None:
    """Only the token's own shop can be seen."""
    return {"__typename": "Shop"} | shop(context) if number == context.shop.id else None


def app(context: Context) -> Node:
    """The app itself."""
    config = context.state.app
    return {
        "__typename": "App",
        "id": gid("App", APP_ID),
        "handle": config.handle,
        "apiKey": config.client_id,
        "title": config.title,
    }


@query("currentAppInstallation")
def current_installation(context: Context) -> Node:
    """Granted scopes. Plans live outside the code (Shopify App Pricing): no active subscriptions."""
    one = context.shop
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", one.id),
        "launchUrl": f"https://{one.domain}/admin/apps/{context.state.app.handle}",
        "uninstallUrl": f"https://{one.domain}/admin/settings/apps",
        "app": app(context),
        "accessScopes": [{"handle": scope} for scope in sorted(context.scopes)],
        "activeSubscriptions": [],
    }


@query("publicApiVersions")
def public_versions(_context: Context) -> list[Node]:
    """The versions of November 2026."""
    stable = [{"handle": v, "displayName": v, "supported": True} for v in (*OLD_VERSIONS, VERSION)]
    candidate = {"handle": "2027-01", "displayName": "2027-01 (Release candidate)", "supported": False}
    return [*stable, candidate, {"handle": "unstable", "displayName": "unstable", "supported": False}]


@query("node")
def node(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """Any object by its gid; null when there is none. Types the devstore lacks are refused by name."""
    kind = id.removeprefix("gid://shopify/").split("/")[0]
    number = number_of(id)
    if number is None:
        raise bad_request(f"Invalid global id '{id}'")
    if kind not in NODES:
        raise missing(f"node of type {kind}")
    check_field(context.scopes, kind, "id")
    return NODES[kind](context, number)


@query("nodes")
def nodes(context: Context, ids: list[str]) -> list[Node | None]:
    """node, for each id in turn."""
    return [node(context, one) for one in ids]


@mutation("appUninstall")
def app_uninstall(context: Context) -> Node:
    """The app throws itself out."""
    gone = app(context)
    uninstall(context.state, context.shop)
    return {"app": gone, "userErrors": []}


@query("webPixel")
def web_pixel(context: Context, id: str | None = None) -> Node | None:  # noqa: A002  # Shopify's name
    """The app's pixel, or null before webPixelCreate."""
    pixel = _pixel(_install(context))
    return pixel if id is None or (pixel is not None and pixel["id"] == id) else None


@mutation("webPixelCreate")
def web_pixel_create(context: Context, webPixel: dict[str, Any]) -> Node:  # noqa: N803  # Shopify's name
    """One pixel per app and shop."""
    install = _install(context)
    if install.web_pixel_id is not None:
        return _pixel_error("TAKEN", "Web pixel is taken.")
    problem = _settings(install, webPixel)
    if problem is not None:
        return problem
    install.web_pixel_id = context.state.next_id("WebPixel")
    return {"webPixel": _pixel(install), "userErrors": []}


@mutation("webPixelUpdate")
def web_pixel_update(context: Context, id: str, webPixel: dict[str, Any]) -> Node:  # noqa: A002, N803
    """Other settings for the pixel."""
    install = _install(context)
    if install.web_pixel_id is None or number_of(id, "WebPixel") != install.web_pixel_id:
        return _pixel_error("NOT_FOUND", "Web pixel not found.")
    return _settings(install, webPixel) or {"webPixel": _pixel(install), "userErrors": []}


def _install(context: Context) -> Install:
    if context.shop.install is None:
        raise bad_request(f"The app is not installed on {context.shop.domain}.")
    return context.shop.install


def _settings(install: Install, given: dict[str, Any]) -> Node | None:
    settings = given["settings"]
    if isinstance(settings, str):
        try:
            settings = json.loads(settings)
        except ValueError:
            settings = None
    if not isinstance(settings, dict):
        return _pixel_error("INVALID_SETTINGS", "Settings must be a JSON object.")
    install.web_pixel_settings = json.dumps(settings)
    return None


def _pixel(install: Install) -> Node | None:
    if install.web_pixel_id is None:
        return None
    return {
        "__typename": "WebPixel",
        "id": gid("WebPixel", install.web_pixel_id),
        "settings": install.web_pixel_settings,
    }


def _pixel_error(code: str, message: str) -> Node:
    return {"webPixel": None, "userErrors": [{"field": ["settings"], "code": code, "message": message}]}
