"""A merchant gives a server of theirs a key, and takes it away."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.kernel import words
from app.shops.api_key import new_key
from app.shops.store import api_keys

LONGEST_NAME = 60


def give(session: ShopSession, name: str, *, actor: str, now: datetime) -> str:
    """Make a key and return it: nobody can see it again. Raises Invalid, Conflict."""
    name = words.line(name, longest=LONGEST_NAME)
    key = new_key(session.shop_id)
    api_keys.add(session, key, name=name, actor=actor, now=now)
    record(session, "api_key.created", subject=key[-4:], actor=actor, facts={"name": name}, now=now)
    return key


def revoke(session: ShopSession, number: int, *, actor: str, now: datetime) -> None:
    """Let it work no longer. Raises NotFound."""
    key = api_keys.revoke(session, number, now)
    record(session, "api_key.revoked", subject=key.ending, actor=actor, facts={"name": key.name}, now=now)
