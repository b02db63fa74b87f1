"""Store credit and gift cards for payouts: what a shop can use of them by the permissions it granted."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.db.session import ShopSession
from app.kernel.ids import ShopId
from app.payouts import store
from app.payouts.provider import Provider
from app.payouts.providers.gift_card import GiftCard
from app.payouts.providers.store_credit import StoreCredit
from app.shopify.admin_api import ShopAPI
from app.shopify.rewards import CARD_SCOPES, CREDIT_SCOPES, Rewards
from app.shops import store as shops

CREDIT = "store_credit"
NEEDS: Mapping[str, frozenset[str]] = {CREDIT: CREDIT_SCOPES, "gift_card": CARD_SCOPES}
"""Permissions that a merchant has to grant, by provider. All are optional ones of shopify.app.toml."""


@dataclass(frozen=True)
class ShopifyRewards:
    """Makes both for a shop."""

    open_session: Callable[[ShopId], ShopSession]
    shop_api: Callable[[ShopId], ShopAPI]

    def given(self, shop_id: ShopId) -> Mapping[str, Provider]:
        """Those whose permissions the shop granted, by name."""
        with self.open_session(shop_id) as session:
            scopes = shops.get(session, shop_id).scopes
        ready = {name for name in NEEDS if granted(name, scopes)}
        if not ready:
            return {}
        rewards = Rewards(self.shop_api(shop_id))
        made: dict[str, Provider] = {
            CREDIT: StoreCredit(rewards, lambda numbers: self._taken(shop_id, numbers)),
            "gift_card": GiftCard(rewards),
        }
        return {name: one for name, one in made.items() if name in ready}

    def _taken(self, shop_id: ShopId, numbers: Collection[str]) -> Collection[str]:
        with self.open_session(shop_id) as session, session.begin():
            return set(store.by_provider_id(session, CREDIT, list(numbers)))


def granted(provider: str, scopes: Collection[str]) -> bool:
    """Whether a shop with these scopes may use it. A write permission implies its read permission."""
    return all(one in scopes or one.replace("read_", "write_", 1) in scopes for one in NEEDS[provider])
