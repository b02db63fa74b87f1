"""What Shopify has to know of a program to carry its codes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from app.campaigns import store as campaigns
from app.campaigns.discount import USUAL, DiscountKind, DiscountSettings
from app.campaigns.model import Discount, in_force
from app.db.session import ShopSession

LOCK = "codes.issue"
"""Jobs that change discounts of a shop run one after the other, under this name and the shop's number."""


@dataclass(frozen=True)
class Terms:
    """The discount of a program, as the merchant finds it in Shopify."""

    title: str
    kind: DiscountKind
    discount: Discount
    given: DiscountSettings
    starts_at: datetime

    @property
    def percent(self) -> Decimal | None:
        """10 is ten percent off the purchase; None: it is another kind of discount."""
        return self.discount.percent if self.kind is DiscountKind.PERCENT else None

    @property
    def digest(self) -> str:
        """Of what is written into the discount; equal digests need no writing."""
        given = replace(self.given, single_use=None)  # Stands in another discount.
        more = b"" if given == USUAL else msgspec.json.encode(given, order="sorted")
        if self.discount.amount_minor is not None:
            more = msgspec.json.encode(self.discount, order="sorted") + more
        return sha256(f"{self.title}\n{self.discount.percent}".encode() + more).hexdigest()


def terms_of(session: ShopSession, program_id: int, now: datetime) -> Terms | None:
    """By the offer in force, or else by the next one; None when shoppers get nothing off."""
    program = campaigns.program_of_id(session, program_id)
    versions = campaigns.versions_of(session, program_id)
    offer = in_force(versions, now) or min(versions, key=lambda v: v.effective_from, default=None)
    if offer is None or offer.terms.discount_kind is DiscountKind.NOTHING:
        return None
    terms = offer.terms
    starts_at = min(now, offer.effective_from) if offer.effective_from <= now else offer.effective_from
    return Terms(f"Tribute: {program.name}", terms.discount_kind, terms.discount, terms.given, starts_at)
