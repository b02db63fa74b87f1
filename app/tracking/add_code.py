"""Give enrollments discount codes."""

from collections.abc import Sequence
from datetime import datetime

from app.audit.store import record_all
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.model import Code, CodeDraft, CodeState, CodeTaken, check_code, fold


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
    draft = CodeDraft(
        enrollment_id, text, creator=store.owner_handle(session, enrollment_id), program=program
    )
    added = add_codes(session, [draft], live=live, actor=actor, now=now)
    return Change.CREATED if added else Change.UNCHANGED


def add_codes(
    session: ShopSession, drafts: Sequence[CodeDraft], *, live: bool, actor: str, now: datetime
) -> dict[str, Code]:
    """Add many, and return by folded code those that were not there. Raises as add_code does, for the first."""
    state = CodeState.ACTIVE if live else CodeState.WAITING
    codes = [(draft.enrollment_id, check_code(draft.code)) for draft in drafts]
    added = store.add_codes(session, codes, state=state, now=now)
    if len(added) < len(drafts):
        _refuse_taken(session, codes)
    facts = {
        fold(code): {"creator": draft.creator, "program": draft.program, "code": code}
        for draft, (_, code) in zip(drafts, codes, strict=True)
        if fold(code) in added
    }
    record_all(session, "code.assigned", list(facts.items()), actor=actor, now=now)
    return added


def _refuse_taken(session: ShopSession, codes: Sequence[tuple[int, str]]) -> None:
    holders = store.taken(session, [code for _, code in codes])
    for enrollment_id, code in codes:
        holder = holders[fold(code)]
        if holder != enrollment_id:
            raise CodeTaken(code, store.owner_handle(session, holder))
