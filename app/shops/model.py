"""A shop as a value, and the life of an installation. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.kernel.ids import ShopId

VISIT_DAYS = (30, 425)
"""For how few and how many days visits may be kept: a month of clicks goes when it is 14 months old."""
REDACTION_CLOCK = timedelta(hours=48)
"""Shopify sends shop/redact this long after an uninstall."""


class Status(StrEnum):
    """Where a shop stands with us."""

    INSTALLED = "installed"
    NEEDS_REAUTH = "needs_reauth"
    """Its refresh token is no longer accepted: jobs wait until the merchant opens the app."""
    UNINSTALLED = "uninstalled"
    """Tokens are gone, books and facts stay; a reinstall resumes them."""
    REDACTED = "redacted"
    """Erased; only the books remain. A reinstall begins a new tenant."""


@dataclass(frozen=True)
class ShopRecord:
    """What every part of the app may know of a shop."""

    id: ShopId
    domain: str
    status: Status
    name: str
    currency: str
    timezone: str
    installed_at: datetime
    authorized_at: datetime | None
    """When a merchant's own request last gave us tokens; None for a shop that was never connected."""
    offline: bool
    scopes: frozenset[str]
    creator_word: str
    visit_days: int
    """For how many days visits of shoppers are kept."""
    setup: dict[str, Any] = field(hash=False)

    @property
    def is_connected(self) -> bool:
        """Whether Shopify's Admin API may be asked about it."""
        return self.status is Status.INSTALLED and self.authorized_at is not None

    @property
    def last_begun_at(self) -> datetime:
        """The latest instant at which the merchant certainly had us installed."""
        return max(self.installed_at, self.authorized_at or self.installed_at)


def uninstall_is_stale(shop: ShopRecord, triggered_at: datetime) -> bool:
    """Whether an app/uninstalled speaks of an earlier installation than the one that stands.

    Webhooks come in any order: one that was sent before a fast reinstall may arrive after it.
    """
    return shop.status is not Status.UNINSTALLED and triggered_at < shop.last_begun_at


def redaction_is_stale(shop: ShopRecord, triggered_at: datetime) -> bool:
    """Whether a shop/redact belongs to an uninstall that a reinstall has undone since.

    It is sent 48 hours after the uninstall, so a merchant who came back within those hours is here
    again, by choice. Without a reinstall it is always obeyed, also when we missed the uninstall.
    """
    came_back = shop.status in {Status.INSTALLED, Status.NEEDS_REAUTH}
    return came_back and shop.last_begun_at > triggered_at - REDACTION_CLOCK
