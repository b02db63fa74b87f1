"""Let a code that the merchant made in Shopify count for a creator. Its discount stays the merchant's own."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.model import Code, CodeState, CodeTaken, check_code, fold
from app.tracking.store import ending, standing


def adopt_code(
    session: ShopSession,
    enrollment_id: int,
    text: str,
    *,
    since: datetime | None,
    program: str,
    actor: str,
    now: datetime,
) -> Change:
    """Give the enrollment the code as it stands in Shopify, for orders placed from `since` on (None: all).

    A code that Shopify refused to make, because the merchant has it, becomes theirs by this. Asked twice,
    nothing happens the second time. Raises BadCode, and CodeTaken when it belongs to another enrollment.
    """
    code = check_code(text)
    held = ending.locked(session, code)
    if held is not None and held.enrollment_id != enrollment_id:
        raise CodeTaken(code, store.owner_handle(session, held.enrollment_id))
    if held is not None and not _is_open(held):
        return Change.UNCHANGED
    if held is None:
        store.add_codes(session, [(enrollment_id, code)], state=CodeState.ACTIVE, now=now)
    standing.adopt(session, fold(code), since=since, now=now)
    facts = {
        "creator": store.owner_handle(session, enrollment_id),
        "program": program,
        "code": code,
        "from": since.isoformat() if since else None,
    }
    record(session, "code.adopted", subject=fold(code), actor=actor, facts=facts, now=now)
    return Change.CREATED if held is None else Change.CHANGED


def _is_open(code: Code) -> bool:
    """Whether Shopify refused it: then it may still be the merchant's own."""
    return code.state is CodeState.FAILED
