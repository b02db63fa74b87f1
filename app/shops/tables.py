"""The tenant's rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId, ShopOwned, ShopRow


class Shop(Base):
    """One installed store. Global: it is known before a tenant is."""

    __tablename__ = "shops"
    __table_args__ = (
        CheckConstraint("status in ('installed', 'needs_reauth', 'uninstalled', 'redacted')", name="status"),
        CheckConstraint("visit_days between 30 and 425", name="visit_days"),
    )
    id: Mapped[BigId]
    domain: Mapped[str] = mapped_column(unique=True)
    """The permanent xxx.myshopify.com name."""
    status: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str]
    """ISO 4217; what the shop sells and pays in."""
    timezone: Mapped[str]
    """IANA name; days of reports are days of this zone."""
    installed_at: Mapped[datetime]
    """Orders placed before this are never credited. A reinstall does not move it."""
    authorized_at: Mapped[datetime | None]
    """When a merchant's request last gave us tokens: an app/uninstalled from before then is stale."""
    uninstalled_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
    offline: Mapped[bool] = mapped_column(default=False)
    """Registered without Shopify (imports, tests): nothing is asked of its Admin API."""
    shop_key: Mapped[bytes | None]
    """Encrypted key of the shop's pseudonyms; destroyed by shop/redact."""
    scopes: Mapped[str] = mapped_column(default="")
    """What the merchant granted, separated by commas."""
    creator_word: Mapped[str] = mapped_column(default="creator")
    """What this merchant calls creators on pages."""
    visit_days: Mapped[int] = mapped_column(server_default=text("425"))
    """For how many days visits of shoppers are kept; longer where a program's window is longer."""
    setup: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Steps of the setup guide that were dismissed, and the web pixel's id."""
    last_reconciled_at: Mapped[datetime | None]


class ShopToken(ShopOwned, Base):
    """The pair of Admin API tokens, encrypted; one row a shop, locked while it is refreshed."""

    __tablename__ = "shop_tokens"
    access_token: Mapped[bytes]
    expires_at: Mapped[datetime]
    refresh_token: Mapped[bytes]
    refresh_expires_at: Mapped[datetime]


class PrivacyRequest(ShopRow, Base):
    """A compliance request of Shopify's, and when it was really done."""

    __tablename__ = "privacy_requests"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "request_key"),)
    kind: Mapped[str]
    """customers/data_request, customers/redact or shop/redact."""
    request_key: Mapped[str]
    """Shopify's own id of the request, or the digest of its body: asked twice, answered once."""
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]
    """For a data request: the file that the merchant downloads."""


class ApiKey(ShopRow, Base):
    """A key by which a merchant's server speaks for the shop. Whoever reads this table cannot speak with it."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("shop_id", "digest"),)
    name: Mapped[str]
    digest: Mapped[bytes]
    """SHA-256 of the key: it is random, so nobody finds it by guessing."""
    ending: Mapped[str]
    """Its last four characters, to tell it from others."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """To the minute."""


class Staff(ShopOwned, Base):
    """One person of the merchant's staff, and what they may do."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role in ('owner', 'manager', 'viewer')", name="role"),)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    """Shopify's number of them; `*` stands for everybody else."""
    role: Mapped[str | None]
    """Null: what everybody else has."""
    name: Mapped[str]
    seen_at: Mapped[datetime | None]
