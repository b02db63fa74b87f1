"""Put a creator into a program, pause them there, let them go on."""

from collections.abc import Sequence
from datetime import datetime

from app.audit.store import record, record_all
from app.creators import store
from app.creators.model import Creator, Enrollment
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.ids import CreatorId


def enroll(
    session: ShopSession, creator: Creator, *, program_id: int, program: str, actor: str, now: datetime
) -> tuple[Enrollment, Change]:
    """Enroll the creator, able to earn at any time. Asked twice, nothing happens the second time."""
    added = enroll_all(session, [creator], program_id=program_id, program=program, actor=actor, now=now)
    if creator.id in added:
        return added[creator.id], Change.CREATED
    return store.enrollment(session, creator.id, program_id), Change.UNCHANGED


def enroll_all(
    session: ShopSession,
    creators: Sequence[Creator],
    *,
    program_id: int,
    program: str,
    actor: str,
    now: datetime,
) -> dict[CreatorId, Enrollment]:
    """Enroll many, and return by creator what was not there before."""
    added = store.add_enrollments(session, [creator.id for creator in creators], program_id, now)
    decided = [(creator.handle, {"program": program}) for creator in creators if creator.id in added]
    record_all(session, "creator.enrolled", decided, actor=actor, now=now)
    return added


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
