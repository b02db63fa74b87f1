"""Install the app on a shop, change what it may do, throw it out."""

from collections.abc import Iterable

from devstore.model import Install, Refused, Shop
from devstore.payloads.shop import scopes_body, shop_body
from devstore.state import State


def install(state: State, shop: Shop, scopes: Iterable[str] | None = None) -> Install:
    """Shopify-managed installation: the merchant grants the scopes; the app learns of it by being opened.

    Installing what is installed keeps the tokens and refreshes the scopes.
    """
    with state.acting():
        granted = frozenset(state.app.scopes if scopes is None else scopes)
        if shop.install is not None:
            shop.install.scopes = granted
        else:
            shop.install = Install(state.now, granted)
        return shop.install


def uninstall(state: State, shop: Shop) -> None:
    """Throw the app out: tokens die at once, then app/uninstalled is sent. Refused: it is not installed."""
    with state.acting():
        if shop.install is None:
            raise Refused(f"The app is not installed on {shop.domain}.", "NOT_FOUND")
        shop.install = None
        state.subscriptions = [s for s in state.subscriptions if s.shop_domain != shop.domain]
        state.emit(shop, "app/uninstalled", lambda: shop_body(state, shop))


def set_scopes(state: State, shop: Shop, scopes: Iterable[str]) -> None:
    """The merchant grants other scopes. Emits app/scopes_update. Refused: the app is not installed."""
    with state.acting():
        if shop.install is None:
            raise Refused(f"The app is not installed on {shop.domain}.", "NOT_FOUND")
        before, now = shop.install.scopes, frozenset(scopes)
        shop.install.scopes = now
        for token in shop.install.access_tokens.values():
            token.scopes = now
        state.emit(shop, "app/scopes_update", lambda: scopes_body(state, shop, before, now))
