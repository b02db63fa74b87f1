"""Reaches providers by keys: those that a shop entered, and those of the environment for the sole shop of an installation."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from app.kernel.ids import ShopId
from app.payouts import provider_store
from app.payouts.plugin import Outside, Values
from app.payouts.plugins import plugins
from app.payouts.provider import Provider
from app.payouts.provider_store import Connection
from app.shops.vault import Vault


class Connector:
    """Keeps what it made while the keys stay as they are: with them tokens and connections."""

    def __init__(
        self,
        vault: Vault,
        outside: Outside,
        environment: Mapping[str, Values],
        is_sole: Callable[[ShopId], bool],
    ) -> None:
        self._vault = vault
        self._outside = outside
        self._environment = environment
        self._is_sole = is_sole
        self._kept = lru_cache(maxsize=512)(self._opened)
        self._own = lru_cache(maxsize=None)(self._of_environment)

    def connect(self, shop_id: ShopId, connection: Connection) -> Provider | None:
        """The provider of a shop's own keys; None: that one is not reached by keys. Raises Unreadable."""
        plugin = plugins().get(connection.provider)
        if plugin is None or plugin.connect is None:
            return None
        return self._kept(shop_id, connection.provider, connection.sealed)

    def given(self, shop_id: ShopId) -> Mapping[str, Provider]:
        """The providers of the environment's keys, if this is the shop they belong to."""
        if not self._environment or not self._is_sole(shop_id):
            return {}
        return {name: self._own(name) for name in self._environment}

    def values(self, shop_id: ShopId, connection: Connection) -> Values:
        """What a shop entered. Raises Unreadable."""
        cell = provider_store.column(connection.provider)
        opened = self._vault.open(connection.sealed, shop_id, cell)
        return msgspec.json.decode(opened, type=dict[str, str])

    def _opened(self, shop_id: ShopId, provider: str, sealed: bytes) -> Provider:
        opened = self._vault.open(sealed, shop_id, provider_store.column(provider))
        return self._made(provider, msgspec.json.decode(opened, type=dict[str, str]))

    def _of_environment(self, provider: str) -> Provider:
        return self._made(provider, self._environment[provider])

    def _made(self, provider: str, values: Values) -> Provider:
        connect = plugins()[provider].connect
        if connect is None:
            raise TypeError(f"{provider} needs no keys, so there is nothing to connect by.")
        return connect(values, self._outside)
