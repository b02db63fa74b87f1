"""Give an enrollment a discount code."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.model import CodeState, CodeTaken, check_code, fold


def add_code(
    session: ShopSession,
    enrollment_id: int,
    text: str,
    *,
    live: bool,
    program: str,
    actor: str,
    now: datetime,
) -> Change:
    """Add the code, waiting to be created in Shopify; `live` says that it stands there already.

    Codes are compared without case. Raises BadCode, and CodeTaken when the shop's code belongs to
    another enrollment.
    """
    code = check_code(text)
    state = CodeState.ACTIVE if live else CodeState.WAITING
    if not store.add_code(session, enrollment_id, code, state=state, now=now):
        return _compare(session, enrollment_id, code)
    facts = {"creator": store.owner_handle(session, enrollment_id), "program": program, "code": code}
    record(session, "code.assigned", subject=fold(code), actor=actor, facts=facts, now=now)
    return Change.CREATED


def _compare(session: ShopSession, enrollment_id: int, code: str) -> Change:
    standing = store.code(session, code)
    if standing is not None and standing.enrollment_id != enrollment_id:
        raise CodeTaken(code, store.owner_handle(session, standing.enrollment_id))
    return Change.UNCHANGED
