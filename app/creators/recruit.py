"""Say who recruited a creator into a program: the second level is paid to them."""

from datetime import datetime

from app.audit.store import record
from app.creators import store
from app.creators.model import Creator, Enrollment, NoRecruiter
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.errors import NotFound


def recruit(
    session: ShopSession,
    creator: Creator,
    recruiter: Creator,
    *,
    program_id: int,
    program: str,
    actor: str,
    now: datetime,
) -> Change:
    """Note the recruiter. Asked twice, nothing happens the second time. Raises NoRecruiter, NotFound.

    It holds for every order of the creator in the program, also for those placed before: who recruited
    somebody was so from the beginning, only we did not know.
    """
    own = store.enrollment(session, creator.id, program_id)
    try:
        theirs = store.enrollment(session, recruiter.id, program_id)
    except NotFound:
        raise NoRecruiter(
            creator.handle, recruiter.handle, f"they are not in the program {program!r}."
        ) from None
    _refuse_circles(session, creator, recruiter, own, theirs)
    if store.recruiter_of(session, own.id) == theirs.id:
        return Change.UNCHANGED
    store.set_recruiter(session, own.id, theirs.id)
    facts = {"program": program, "recruiter": recruiter.handle}
    record(session, "creator.recruited", subject=creator.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED


def _refuse_circles(
    session: ShopSession, creator: Creator, recruiter: Creator, own: Enrollment, theirs: Enrollment
) -> None:
    above: int | None = theirs.id
    while above is not None:
        if above == own.id:
            why = "nobody recruits themselves, nor who recruited them."
            raise NoRecruiter(creator.handle, recruiter.handle, why)
        above = store.recruiter_of(session, above)
