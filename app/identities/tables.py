"""Who signs in to the portal. Global: a person is known before a shop is."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId


class Identity(Base):
    """A person by their address."""

    __tablename__ = "identities"
    id: Mapped[BigId]
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    language: Mapped[str | None]
    created_at: Mapped[datetime]


class IdentityMembership(Base):
    """In which shop they are which creator. Written at sign-in; each page looks again whether it still holds."""

    __tablename__ = "identity_memberships"
    __table_args__ = (Index("ix_identity_memberships_identity_id", "identity_id"),)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"))
    since: Mapped[datetime]


class SignInLink(Base):
    """A link that was mailed."""

    __tablename__ = "sign_in_links"
    __table_args__ = (Index("ix_sign_in_links_identity_id", "identity_id"),)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of what is in the link."""
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"))
    to_path: Mapped[str]
    """The page of ours that they wanted."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PortalSession(Base):
    """A signed-in browser."""

    __tablename__ = "portal_sessions"
    __table_args__ = (Index("ix_portal_sessions_identity_id", "identity_id"),)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the cookie."""
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"))
    agent: Mapped[str]
    """The browser in a few words."""
    signed_in_at: Mapped[datetime]
    """When they last proved who they are."""
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Passkey(Base):
    """A public key of a device of theirs."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_identity_id", "identity_id"),)
    credential_id: Mapped[bytes] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"))
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A question to a passkey that waits for its answer."""

    __tablename__ = "passkey_challenges"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the ticket that the browser brings back."""
    challenge: Mapped[bytes]
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identities.id"))
    """Who asked; null: nobody is signed in yet."""
    expires_at: Mapped[datetime]
