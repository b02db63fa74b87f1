"""An app wired to a pretend Shopify: what the tests of installing and of tokens share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.config import Settings
from app.kernel.clock import FixedClock
from app.shopify.session_token import IDToken, verify
from app.wiring import Wiring, build
from tests.conftest import NOW
from tests.pretend_shopify import API_KEY, SECRET, SHOP, PretendShopify, id_token, served


@contextmanager
def connected_app(settings: Settings, shopify: PretendShopify) -> Iterator[Wiring]:
    """The app, with this pretend Shopify as the admin of every shop, at NOW."""
    with served(shopify):
        wiring = build(replace(settings, shopify_admin_origin=shopify.origin), FixedClock(NOW))
        try:
            yield wiring
        finally:
            wiring.http.close()
            wiring.engine.dispose()


def opened(wiring: Wiring, shop: str = SHOP) -> IDToken:
    """What the guard knows when a merchant opens the app now."""
    now = wiring.clock.now()
    return verify(id_token(now, shop=shop), api_key=API_KEY, secrets=[SECRET], now=now)
