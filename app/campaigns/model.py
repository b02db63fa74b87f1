"""Offers as values: what the shopper gets, what the creator earns."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from app.kernel.ids import OfferId, ProgramId


class Discount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the code takes off for the shopper."""

    percent: Decimal | None = None
    """As Shopify shows it: 10 is ten percent."""
    amount_minor: int | None = None
    currency: str | None = None


class RuleSpec(msgspec.Struct, frozen=True):
    """One rule of an offer: a kind of commissions.rules, and its validated fields."""

    kind: str
    fields: dict[str, Any]


class OfferTerms(msgspec.Struct, frozen=True):
    """Everything of an offer that decides money; canonical, so that its digest names it."""

    hold_days: int
    discount: Discount
    rules: tuple[RuleSpec, ...]

    def canonical(self) -> bytes:
        """The same bytes for the same terms."""
        return msgspec.json.encode(self, order="sorted")

    def digest(self) -> str:
        """Hex sha256 of the canonical bytes."""
        return sha256(self.canonical()).hexdigest()


class OfferVersion(msgspec.Struct, frozen=True):
    """One version of a program's terms, as the pricing path needs it."""

    id: OfferId
    program_id: ProgramId
    version: int
    effective_from: datetime
    terms: OfferTerms


def in_force(versions: list[OfferVersion], at: datetime) -> OfferVersion | None:
    """The version that prices an order placed then; of two on one instant the higher version."""
    started = [v for v in versions if v.effective_from <= at]
    return max(started, key=lambda v: (v.effective_from, v.version), default=None)
