"""What Shopify has to know of a program to carry its codes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from app.campaigns import store as campaigns
from app.campaigns.model import in_force
from app.db.session import ShopSession


@dataclass(frozen=True)
class Terms:
    """The discount of a program, as the merchant finds it in Shopify."""

    title: str
    percent: Decimal
    """10 is ten percent."""
    starts_at: datetime

    @property
    def digest(self) -> str:
        """Of what is written into the discount; equal digests need no writing."""
        return sha256(f"{self.title}\n{self.percent}".encode()).hexdigest()


def terms_of(session: ShopSession, program_id: int, now: datetime) -> Terms | None:
    """By the offer in force, or else by the next one; None when shoppers get nothing off."""
    program = campaigns.program_of_id(session, program_id)
    versions = campaigns.versions_of(session, program_id)
    offer = in_force(versions, now) or min(versions, key=lambda v: v.effective_from, default=None)
    if offer is None or not offer.terms.discount.percent:
        return None
    starts_at = min(now, offer.effective_from) if offer.effective_from <= now else offer.effective_from
    return Terms(f"Tribute: {program.name}", offer.terms.discount.percent, starts_at)
