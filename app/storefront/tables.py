"""What is shown in the store and what is sent from there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class LandingPage(ShopOwned, Base):
    """A creator's page in the store. The decision log has every state of it."""

    __tablename__ = "landing_pages"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    is_live: Mapped[bool]
    picture: Mapped[str]
    words: Mapped[str]
    products: Mapped[list[Any]]
    """Handles of products, in the order in which they are shown."""
    changed_at: Mapped[datetime]


class SignupForm(ShopOwned, Base):
    """How creators apply for a program, in the store. The decision log has every state of it."""

    __tablename__ = "signup_forms"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),)
    program_id: Mapped[int] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
    intro: Mapped[str]
    questions: Mapped[list[Any]]
    terms: Mapped[str]
    """What an applicant agrees to."""
    changed_at: Mapped[datetime]


class ApplicationRow(ShopRow, Base):
    """Somebody who wants to become a creator. Lives until a merchant decides, and no longer."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("shop_id", "program_id", "email"),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
    )
    program_id: Mapped[int]
    name: Mapped[str]
    email: Mapped[str]
    """In small letters: one that waits for each address."""
    channels: Mapped[str]
    country: Mapped[str]
    answers: Mapped[dict[str, Any]]
    """By question."""
    applied_at: Mapped[datetime]
