"""An owner says who may do what."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.kernel.errors import Invalid, NotFound
from app.shops.staff import EVERYBODY, LONGEST_NAME, LastOwner, Role
from app.shops.store import staff


def set_role(
    session: ShopSession, user_id: str, role: Role | None, name: str, *, actor: str, now: datetime
) -> None:
    """Give a person, or everybody else (`*`), this role; None: what everybody else has.

    Raises LastOwner, Invalid, and NotFound for who never opened the app.
    """
    staff.lock(session)
    members = staff.members(session)
    if user_id not in members and user_id != EVERYBODY:
        raise NotFound(f"Nobody of number {user_id[:20]!r} has opened the app here.")
    if user_id == EVERYBODY and role is Role.OWNER:
        raise Invalid("Not everybody can be an owner: owners say who may do what.")
    plain = "".join(c for c in name if c.isprintable()).strip()[:LONGEST_NAME]
    before = members[user_id].role if user_id in members else None
    owners = {m.user_id for m in members.values() if m.role is Role.OWNER}
    # The first word about roles makes whoever says it an owner: nobody locks themselves out by it.
    if not owners:
        staff.put(session, actor, Role.OWNER, members[actor].name if actor in members else "")
        owners = {actor}
    if role is not Role.OWNER and owners == {user_id}:
        raise LastOwner
    staff.put(session, user_id, role, plain)
    facts = {"before": before, "after": role, "name": plain}
    record(session, "staff.role_set", subject=user_id, actor=actor, facts=facts, now=now)
