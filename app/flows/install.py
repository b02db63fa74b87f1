"""A merchant opened the app in a shop that has not connected us, or not any more: connect it.

Shopify has installed the app by then (managed installation); what is left is to exchange the ID token
of the merchant's own request, to ask who the shop is, and to write both down. Called by web/guard.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.campaigns import store as campaigns
from app.db.session import BatchSession
from app.flows import catalogue_requests, follow_zone
from app.inbox import store as inbox
from app.jobs.queue import Queue
from app.kernel.ids import ShopId
from app.shopify.admin_api import AdminAPI
from app.shopify.errors import NeedsReauth
from app.shopify.session_token import IDToken
from app.shopify.shop_info import ShopInfo, shop_info
from app.shopify.token_exchange import TokenExchange, TokenPair
from app.shopify.token_source import seal
from app.shops import store
from app.shops.model import ShopRecord, Status
from app.shops.store import staff as staff_store
from app.shops.vault import Vault

AFTER_INSTALL = ("shop.switch_on_pixel", "shop.backfill")
"""Jobs that follow, as far as this installation has a handler for them."""


@dataclass(frozen=True)
class Installer:
    """What installing reaches for. Wiring makes it; tests make it with fakes."""

    open_batch: Callable[[], BatchSession]
    vault: Vault
    exchange: TokenExchange
    admin_api: AdminAPI
    queue: Queue
    jobs: frozenset[str]
    """Names of the jobs that have a handler."""

    def __call__(self, token: IDToken, now: datetime) -> ShopRecord:
        """The shop, connected. Safe to run twice at once: both exchanges are valid and the later one stays.

        A shop that was uninstalled resumes with everything it had. One that was erased begins anew.
        Raises StaleIDToken, NotInstalled, ShopGone, ShopifyDown, and Invalid for an unknown currency.
        """
        pair = self.exchange.exchange(token.shop, token.raw, now)
        api = replace(self.admin_api, tokens=_JustIssued(pair.access_token, token.shop))
        info = shop_info(api.of(ShopId(0), token.shop))
        with self.open_batch() as session, session.begin():
            shop = self._write(session, token.shop, pair, info, now)
            staff_store.first_owner(session, shop.id, token.user_id, now)
            return shop

    def _write(
        self, session: BatchSession, domain: str, pair: TokenPair, info: ShopInfo, now: datetime
    ) -> ShopRecord:
        _make_room(session, domain)
        shop, _ = store.register(
            session,
            domain,
            name=info.name,
            currency=info.currency,
            timezone=info.timezone,
            installed_at=now,
        )
        session.admit([shop.id])
        store.ensure_shop_key(session, self.vault, shop.id)
        store.write_tokens(session, shop.id, seal(self.vault, shop.id, pair))
        for name in AFTER_INSTALL:
            if name in self.jobs:
                self.queue.defer(
                    session, name, {"shop_id": shop.id}, lock=f"shop {shop.id}", once=f"{name} {shop.id}"
                )
        if shop.timezone != info.timezone:
            follow_zone.request(session, self.queue, shop.id)
        if campaigns.collections_named(session, shop.id, now):
            catalogue_requests.collections(session, self.queue, shop.id)
        return store.change(
            session,
            shop.id,
            status=Status.INSTALLED,
            authorized_at=now,
            uninstalled_at=None,
            offline=False,
            name=info.name,
            currency=info.currency,
            timezone=info.timezone,
            scopes=",".join(sorted(info.scopes)),
        )


def _make_room(session: BatchSession, domain: str) -> None:
    """An erased tenant keeps its books under another name; the shop that returns is a new tenant."""
    shop = store.find_by_domain(session, domain)
    if shop is not None and shop.status is Status.REDACTED:
        aside = store.set_aside(session, shop)
        inbox.rename_shop(session, domain, aside)


@dataclass(frozen=True)
class _JustIssued:
    """The token of this very exchange, for the one question asked before the shop has a row."""

    token: str
    shop: str

    def access_token(self, shop_id: ShopId, *, rejected: str | None = None) -> str:
        """The token; there is no other."""
        if rejected is not None:
            raise NeedsReauth(f"{self.shop} (shop {shop_id})")
        return self.token

    def needs_reauth(self, shop_id: ShopId) -> None:
        """There is no row yet to write it on."""
        raise NeedsReauth(f"{self.shop} (shop {shop_id})")
