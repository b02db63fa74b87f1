"""Make a program what it shall be."""

from datetime import datetime

from app.audit.store import record
from app.campaigns import store
from app.campaigns.model import Program, ProgramDraft
from app.db.session import ShopSession
from app.kernel.change import Change


def put(session: ShopSession, draft: ProgramDraft, *, actor: str, now: datetime) -> tuple[Program, Change]:
    """Create the program, or change what differs. Asked twice, nothing happens the second time.

    The hold of offers that are already published stays as it was: each keeps the days it was
    published with.
    """
    program, change = _write(session, draft, now)
    if change is not Change.UNCHANGED:
        facts = {"name": draft.name, "window_days": draft.window_days, "hold_days": draft.hold_days}
        record(session, f"program.{change}", subject=draft.handle, actor=actor, facts=facts, now=now)
    return program, change


def _write(session: ShopSession, draft: ProgramDraft, now: datetime) -> tuple[Program, Change]:
    if store.add_program(session, draft, now):
        return store.program(session, draft.handle), Change.CREATED
    before = store.program(session, draft.handle, lock=True)
    if ProgramDraft(before.handle, before.name, before.window_days, before.hold_days) == draft:
        return before, Change.UNCHANGED
    store.change_program(session, draft)
    return store.program(session, draft.handle), Change.CHANGED
