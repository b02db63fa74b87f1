"""Who at the merchant may do what. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.errors import Conflict, Forbidden, Invalid

EVERYBODY = "*"
"""Stands for whoever has no role of their own."""
LONGEST_NAME = 60


class Role(StrEnum):
    """From the least to the most."""

    VIEWER = "viewer"
    """Sees everything, changes nothing, pays nobody."""
    MANAGER = "manager"
    """Runs the programs and pays creators."""
    OWNER = "owner"
    """Also decides who may do what, connects providers, gives keys."""

    def may(self, needed: "Role") -> bool:
        """Whether this role is enough."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the staff, as far as we know them: Shopify tells their number and no name."""

    user_id: str
    role: Role | None
    """None: what everybody else has."""
    name: str
    """As an owner wrote it; empty: nobody did."""
    seen_at: datetime | None
    """When they opened the app for the first time."""


class NotAllowed(Forbidden):
    """Somebody whose role is not enough."""

    def __init__(self, role: Role, needed: Role) -> None:
        who = "an owner" if needed is Role.OWNER else "a manager"
        super().__init__(
            f"You are a {role} here, and this takes {who}. An owner can change it in Settings, Staff."
        )


class LastOwner(Conflict):
    """Nobody would be left who may say who may do what."""

    def __init__(self) -> None:
        super().__init__("This is the last owner. Make somebody else an owner first.")


def role_of(user_id: str, members: dict[str, Member]) -> Role:
    """What this person may do. As long as a shop has named no owner, everybody is one: nobody is locked out."""
    if not any(m.role is Role.OWNER for m in members.values() if m.user_id != EVERYBODY):
        return Role.OWNER
    own = members[user_id].role if user_id in members else None
    usual = members[EVERYBODY].role if EVERYBODY in members else None
    return own or usual or Role.MANAGER


def checked(role: str) -> Role:
    """The role by its name. Raises Invalid."""
    if role not in {known.value for known in Role}:
        raise Invalid(f"{role[:20]!r} is no role. Choose owner, manager or viewer.")
    return Role(role)
