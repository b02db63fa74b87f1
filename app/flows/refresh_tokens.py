"""Keep idle shops connected: a refresh token that nobody uses for 90 days dies, and with it the connection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.db.session import BatchSession
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shopify.token_source import TokenSource
from app.shops import store

RENEW_BELOW = timedelta(days=60)
"""Of 90: so every shop is renewed about once a month (shopify.md 2.3)."""

SHOPS_AT_ONCE = 500


@dataclass(frozen=True)
class KeepTokensAlive:
    """The daily job: finds who is due and defers one job for each, so that one bad shop delays nobody."""

    open_batch: Callable[[], BatchSession]
    queue: Queue
    clock: Clock

    def __call__(self) -> None:
        """Safe to run again: a shop that already waits is not queued twice."""
        before = self.clock.now() + RENEW_BELOW
        with self.open_batch() as session:
            with session.begin():
                shops = [shop.id for shop in store.connected(session)]
            for start in range(0, len(shops), SHOPS_AT_ONCE):
                with session.begin():
                    session.admit(shops[start : start + SHOPS_AT_ONCE])
                    for shop_id in store.refresh_tokens_ending(session, before):
                        self.queue.defer(
                            session, "shops.refresh_tokens", {"shop_id": shop_id}, once=f"refresh {shop_id}"
                        )


def refresh_tokens(tokens: TokenSource, *, shop_id: int) -> None:
    """Renew the pair of one shop. Raises what TokenSource raises; NeedsReauth says so on the shop."""
    tokens.keep_alive(ShopId(shop_id))
