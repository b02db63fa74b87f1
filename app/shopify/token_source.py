"""Access tokens that are always fresh: one refresh at a time per shop, whoever asks. Decision 0010."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from app.db.locks import NamedLocks
from app.db.session import ShopSession
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shopify.errors import NeedsReauth, NotInstalled
from app.shopify.token_exchange import TokenExchange, TokenPair
from app.shops import store
from app.shops.model import Status
from app.shops.store import SealedTokens
from app.shops.vault import Vault

EARLY = timedelta(seconds=60)
"""A token is replaced this long before it ends, so that none expires on its way to Shopify."""


def seal(vault: Vault, shop_id: ShopId, pair: TokenPair) -> SealedTokens:
    """The pair as it is stored."""
    return SealedTokens(
        access_token=vault.seal(pair.access_token.encode(), shop_id, "access_token"),
        expires_at=pair.expires_at,
        refresh_token=vault.seal(pair.refresh_token.encode(), shop_id, "refresh_token"),
        refresh_expires_at=pair.refresh_expires_at,
    )


class TokenSource:
    """Reads, and refreshes when it must. Threads of one process wait here, processes in the database."""

    def __init__(
        self,
        open_session: Callable[[ShopId], ShopSession],
        locks: NamedLocks,
        vault: Vault,
        exchange: TokenExchange,
        clock: Clock,
    ) -> None:
        self._open_session = open_session
        self._locks = locks
        self._vault = vault
        self._exchange = exchange
        self._clock = clock
        self._turns: defaultdict[ShopId, threading.Lock] = defaultdict(threading.Lock)

    def access_token(self, shop_id: ShopId, *, rejected: str | None = None) -> str:
        """A token that lives for at least another minute and is not the one Shopify `rejected`.

        Raises NotInstalled, NeedsReauth (and marks the shop so), ShopifyDown, Busy.
        """
        with self._open_session(shop_id) as session:
            held = self._read(session, shop_id)
        if not self._is_due(held, shop_id, rejected):
            return self._access(held, shop_id)
        # One waiting thread per process goes on to wait in the database: the others hold no connection.
        with self._turns[shop_id]:
            return self._refreshed(shop_id, rejected)

    def keep_alive(self, shop_id: ShopId) -> None:
        """Refresh although nothing has expired, so that an idle shop's refresh token never reaches its end."""
        with self._open_session(shop_id) as session:
            held = self._read(session, shop_id)
        self.access_token(shop_id, rejected=self._access(held, shop_id))

    def needs_reauth(self, shop_id: ShopId) -> None:
        """Write down that only the merchant can help: jobs stop until the app is opened."""
        with self._open_session(shop_id) as session, session.begin():
            store.mark_needs_reauth(session, shop_id)

    def _refreshed(self, shop_id: ShopId, rejected: str | None) -> str:
        with self._locks.hold(store.REFRESH_LOCK.format(shop_id=shop_id)) as connection:
            with ShopSession(connection, shop_id) as session:
                held = self._read(session, shop_id)
                shop = store.find(session, shop_id)
            # Read again under the lock: whoever held it before has probably done the work.
            if shop is None or not self._is_due(held, shop_id, rejected):
                return self._access(held, shop_id)
            pair = self._ask(shop.domain, shop_id, held)
            with ShopSession(connection, shop_id) as session, session.begin():
                store.replace_tokens(session, shop_id, held, seal(self._vault, shop_id, pair))
            return pair.access_token

    def _ask(self, domain: str, shop_id: ShopId, held: SealedTokens) -> TokenPair:
        refresh = self._vault.open(held.refresh_token, shop_id, "refresh_token").decode()
        try:
            return self._exchange.refresh(domain, refresh, self._clock.now())
        except NeedsReauth:
            self.needs_reauth(shop_id)
            raise

    def _read(self, session: ShopSession, shop_id: ShopId) -> SealedTokens:
        shop = store.find(session, shop_id)
        if shop is not None and shop.status is Status.NEEDS_REAUTH:
            raise NeedsReauth(shop.domain)
        held = store.read_tokens(session, shop_id) if shop is not None and shop.is_connected else None
        if held is None:
            raise NotInstalled(shop.domain if shop else f"shop {shop_id}")
        return held

    def _is_due(self, held: SealedTokens, shop_id: ShopId, rejected: str | None) -> bool:
        if self._clock.now() >= held.expires_at - EARLY:
            return True
        return rejected is not None and self._access(held, shop_id) == rejected

    def _access(self, held: SealedTokens, shop_id: ShopId) -> str:
        return self._vault.open(held.access_token, shop_id, "access_token").decode()
