"""The web pixel extension of one shop: Shopify loads it only after the app has switched it on."""

import json
from dataclasses import dataclass

from app.shopify.admin_api import ShopAPI
from app.shopify.errors import AccessDenied, BadRequest, UserErrors


@dataclass(frozen=True)
class PixelState:
    """Whether the pixel runs. Exactly one of the two is set."""

    gid: str | None = None
    problem: str | None = None
    """Why it does not, in a sentence for the merchant."""


@dataclass(frozen=True)
class PixelSettings:
    """What the pixel is told when it runs; the fields of extensions/tribute-pixel/shopify.extension.toml."""

    account_id: str
    """Signed: names the shop to us alone (app/tracking/account)."""
    endpoint: str
    """Where it sends to."""


def switch_on(api: ShopAPI, pixel: PixelSettings) -> PixelState:
    """Create the pixel, or set up again the one that is there.

    A missing scope or an extension that was not deployed is a state, not a failure: codes still count
    without the pixel. Raises what ShopAPI.execute raises for anything else.
    """
    settings = {
        "webPixel": {"settings": json.dumps({"accountID": pixel.account_id, "endpoint": pixel.endpoint})}
    }
    try:
        made = api.execute("web_pixel_create", settings)["webPixelCreate"]
    except UserErrors as refused:
        return _again(api, settings) if refused.has("TAKEN") else _problem(refused)
    except AccessDenied as refused:
        return _problem(refused)
    return PixelState(gid=made["webPixel"]["id"])


def _again(api: ShopAPI, settings: dict[str, dict[str, str]]) -> PixelState:
    try:
        gid = api.execute("web_pixel_query")["webPixel"]["id"]
        api.execute("web_pixel_update", {"id": gid, **settings})
    except (UserErrors, AccessDenied, BadRequest) as refused:
        return _problem(refused)
    return PixelState(gid=gid)


def _problem(refused: Exception) -> PixelState:
    return PixelState(problem=f"The web pixel is not running: {refused}")
