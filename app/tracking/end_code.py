"""End a discount code at a date, or have one that Shopify refused tried again. What it earned stays."""

from datetime import datetime

from app.audit.store import record, record_all
from app.db.session import ShopSession
from app.kernel.errors import Conflict, NotFound
from app.tracking import store
from app.tracking.model import Code, CodeState
from app.tracking.store import ending


class NoSuchCode(NotFound):
    """This shop has no code of that text."""

    def __init__(self, text: str) -> None:
        super().__init__(f"This shop has no code {text[:80]!r}.")


class CodeEnded(Conflict):
    """The code is disabled already, or will be."""

    def __init__(self, code: str, at: datetime | None) -> None:
        when = f" at {at.isoformat()}" if at else ""
        super().__init__(f"The code {code!r} is disabled{when} already; give the creator another one.")


class NothingToRetry(Conflict):
    """Shopify has the code, or has not refused it."""

    def __init__(self, code: str, state: CodeState) -> None:
        super().__init__(f"The code {code!r} is {state}: only a code that Shopify refused is tried again.")


def end_code(
    session: ShopSession, code: Code, *, at: datetime, program: str, actor: str, now: datetime
) -> None:
    """Disable the code from then on: orders placed before keep their commission. Raises CodeEnded."""
    _end(session, code, at)
    facts = {
        "creator": store.owner_handle(session, code.enrollment_id),
        "program": program,
        "at": at.isoformat(),
    }
    record(session, "code.disabled", subject=code.folded, actor=actor, facts=facts, now=now)


def replace_code(
    session: ShopSession, code: Code, new: str, *, at: datetime, program: str, actor: str, now: datetime
) -> None:
    """Note that `new`, which is there already, takes the place of the code from then on. Raises CodeEnded."""
    _end(session, code, at)
    facts = {
        "creator": store.owner_handle(session, code.enrollment_id),
        "program": program,
        "new": new,
        "at": at.isoformat(),
    }
    record(session, "code.rotated", subject=code.folded, actor=actor, facts=facts, now=now)


def retry_code(session: ShopSession, code: Code, *, actor: str, now: datetime) -> None:
    """Put a refused code back at the start of its way. Raises NothingToRetry."""
    if code.state is not CodeState.FAILED:
        raise NothingToRetry(code.code, code.state)
    store.mark_waiting(session, [code.id])
    record(session, "code.retried", subject=code.folded, actor=actor, facts={}, now=now)


def retry_codes(session: ShopSession, program_id: int, *, actor: str, now: datetime) -> list[str]:
    """The same for all of the program that Shopify has not; the folded ones."""
    failed = ending.failed(session, program_id)
    store.mark_waiting(session, list(failed))
    record_all(session, "code.retried", [(folded, {}) for folded in failed.values()], actor=actor, now=now)
    return list(failed.values())


def standing_code(session: ShopSession, text: str) -> Code:
    """The shop's code of that text, locked until commit. Raises NoSuchCode."""
    code = ending.locked(session, text)
    if code is None:
        raise NoSuchCode(text)
    return code


def _end(session: ShopSession, code: Code, at: datetime) -> None:
    ends = ending.valid_to(session, code.id)
    if code.state is CodeState.DISABLED or (ends is not None and ends <= at):
        raise CodeEnded(code.code, ends)
    ending.end(session, code.id, at)
