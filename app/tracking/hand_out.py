"""Hand a single-use code to a visit: once each, the same again to the same visitor, and never more than is fair."""

from datetime import datetime, timedelta

from app.audit.store import record
from app.db.session import ShopSession
from app.tracking.single_use import MOST_OF_ADDRESS, Visitor
from app.tracking.store import single

ACTOR = "system"


def hand_out(
    session: ShopSession, link: single.Whose, visitor: Visitor, *, days: int, now: datetime
) -> str | None:
    """A code of the link's program for this visitor; None when none is left, or when the address had its share.

    The code is theirs when this transaction commits: whoever is killed before hands nothing out, whoever
    is killed after it is asked again and says the same.
    """
    single.take_turns(session, link.program_id, visitor)
    held = single.held(session, link.enrollment_id, visitor, now)
    if held is not None:
        if not held.theirs:
            return None
        single.seen_again(session, held.id, visitor)
        return held.code
    if single.of_address(session, link.program_id, visitor) >= MOST_OF_ADDRESS:
        return None
    until = now + timedelta(days=days)
    code = single.take(session, link, visitor, now, until)
    if code is not None:
        facts = {
            "creator": link.creator,
            "program": link.program,
            "link": link.slug,
            "click": str(visitor.click_id),
            "until": until.isoformat(),
        }
        record(session, "code.handed_out", subject=code, actor=ACTOR, facts=facts, now=now)
    return code
