"""The discounts of one shop as an object, for the flow that issues codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.shopify import discounts
from app.shopify.admin_api import ShopAPI
from app.shopify.discount_input import Offered
from app.shopify.discounts import BulkStatus, Created, FoundCode
from app.shopify.shop_codes import ShopCodes, shop_codes


class Terms(Offered, Protocol):
    """What a discount gives, and since when."""

    @property
    def starts_at(self) -> datetime:
        """From when on its codes work."""


@dataclass(frozen=True)
class ShopDiscounts:
    """Calls app.shopify.discounts with one shop's Admin API; raises what those do."""

    api: ShopAPI

    def find_code(self, code: str) -> FoundCode | None:
        """The discount that this code unlocks; None when the code is free."""
        return discounts.find_code(self.api, code)

    def shop_codes(self, search: str, after: str | None) -> ShopCodes:
        """Codes of the shop that are not ours."""
        return shop_codes(self.api, search, after)

    def create_discount(self, terms: Terms, first_code: str) -> Created:
        """A discount with its first code, or the one of ours that has the code already."""
        return discounts.create_discount(self.api, terms, first_code, starts_at=terms.starts_at)

    def update_discount(self, discount_gid: str, terms: Terms, named: Mapping[str, Sequence[str]]) -> None:
        """Give the discount these terms; what it named until now and names no more leaves."""
        discounts.update_discount(self.api, discount_gid, terms, named=named)

    def delete_discount(self, discount_gid: str) -> None:
        """Take the discount away with its codes; that it is gone does not matter."""
        discounts.delete_discount(self.api, discount_gid)

    def deactivate(self, discount_gid: str) -> None:
        """End the discount for all of its codes."""
        discounts.deactivate(self.api, discount_gid)

    def add_codes(self, discount_gid: str, codes: Sequence[str]) -> str:
        """Ask for these codes; the answer names the creation."""
        return discounts.add_codes(self.api, discount_gid, codes)

    def redeem_code(self, discount_gid: str, code: str) -> str | None:
        """The gid of one code among all that the discount carries; None when it is not among them."""
        return discounts.redeem_code(self.api, discount_gid, code)

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        """Take these codes away; those that are gone do not matter."""
        discounts.remove_codes(self.api, discount_gid, redeem_code_gids)

    def bulk_status(self, bulk_gid: str) -> BulkStatus:
        """How far that creation is."""
        return discounts.bulk_status(self.api, bulk_gid)
