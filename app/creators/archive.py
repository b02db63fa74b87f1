"""Put a creator aside, and take them back."""

from datetime import datetime

from app.audit.store import record
from app.creators import store
from app.db.session import ShopSession
from app.kernel.change import Change


def archive(session: ShopSession, handle: str, *, actor: str, now: datetime) -> Change:
    """Hide the creator from lists and stop every enrollment from earning. Raises NotFound.

    What was earned stays and is still paid.
    """
    creator = store.creator(session, handle, lock=True)
    if creator.archived_at is not None:
        return Change.UNCHANGED
    store.set_archived(session, creator.id, now)
    for enrollment in store.enrollments(session, creator.id, lock=True):
        store.pause(session, enrollment.id, now)
    record(session, "creator.archived", subject=handle, actor=actor, facts={}, now=now)
    return Change.CHANGED


def restore(session: ShopSession, handle: str, *, actor: str, now: datetime) -> Change:
    """Show the creator again. Enrollments stay paused until each is resumed. Raises NotFound."""
    creator = store.creator(session, handle, lock=True)
    if creator.archived_at is None:
        return Change.UNCHANGED
    store.set_archived(session, creator.id, None)
    record(session, "creator.restored", subject=handle, actor=actor, facts={}, now=now)
    return Change.CHANGED
