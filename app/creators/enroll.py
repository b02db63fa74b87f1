"""Put a creator into a program, pause them there, let them go on."""

from datetime import datetime

from app.audit.store import record
from app.creators import store
from app.creators.model import Creator, Enrollment
from app.db.session import ShopSession
from app.kernel.change import Change


def enroll(
    session: ShopSession, creator: Creator, *, program_id: int, program: str, actor: str, now: datetime
) -> tuple[Enrollment, Change]:
    """Enroll the creator, able to earn at any time. Asked twice, nothing happens the second time."""
    added = store.add_enrollment(session, creator.id, program_id, now)
    if added:
        facts = {"program": program}
        record(session, "creator.enrolled", subject=creator.handle, actor=actor, facts=facts, now=now)
    enrollment = store.enrollment(session, creator.id, program_id)
    return enrollment, Change.CREATED if added else Change.UNCHANGED


def pause(
    session: ShopSession, creator: Creator, *, program_id: int, program: str, actor: str, now: datetime
) -> Change:
    """Stop the enrollment from earning from now on. Orders placed before keep what they earned."""
    enrollment = _locked(session, creator, program_id)
    if enrollment.is_paused:
        return Change.UNCHANGED
    store.pause(session, enrollment.id, now)
    facts = {"program": program}
    record(session, "enrollment.paused", subject=creator.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED


def resume(
    session: ShopSession, creator: Creator, *, program_id: int, program: str, actor: str, now: datetime
) -> Change:
    """Let the enrollment earn again from now on; orders placed during the pause stay unqualified."""
    enrollment = _locked(session, creator, program_id)
    if not enrollment.is_paused:
        return Change.UNCHANGED
    store.resume(session, enrollment.id, now)
    facts = {"program": program}
    record(session, "enrollment.resumed", subject=creator.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED


def _locked(session: ShopSession, creator: Creator, program_id: int) -> Enrollment:
    store.creator(session, creator.handle, lock=True)  # Two people at one enrollment take turns.
    return store.enrollment(session, creator.id, program_id)
