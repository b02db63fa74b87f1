"""Make a program what it shall be."""

from datetime import datetime

import msgspec

from app.audit.store import record
from app.campaigns import store
from app.campaigns.crediting import Crediting, History, Since
from app.campaigns.model import Program, ProgramDraft
from app.db.session import ShopSession
from app.kernel.change import Change


def put(session: ShopSession, draft: ProgramDraft, *, actor: str, now: datetime) -> tuple[Program, Change]:
    """Create the program, or change what differs. Asked twice, nothing happens the second time.

    The hold of offers that are already published stays as it was: each keeps the days it was
    published with. How orders are credited changes for orders placed from now on.
    """
    program, change = _write(session, draft, now)
    if change is not Change.UNCHANGED:
        facts = {
            "name": draft.name,
            "window_days": draft.window_days,
            "hold_days": draft.hold_days,
            "crediting": msgspec.to_builtins(program.crediting),
            "links": msgspec.to_builtins(program.links),
            "code_pattern": program.code_pattern,
        }
        record(session, f"program.{change}", subject=draft.handle, actor=actor, facts=facts, now=now)
    return program, change


def _write(session: ShopSession, draft: ProgramDraft, now: datetime) -> tuple[Program, Change]:
    first = _wanted(draft, Crediting())
    if store.add_program(session, draft, (Since(None, first),), now):
        return store.program(session, draft.handle), Change.CREATED
    before = store.program(session, draft.handle, lock=True)
    history = _continued(before.history, _wanted(draft, before.crediting), now)
    wanted = (draft.name, draft.hold_days, draft.code_pattern or before.code_pattern)
    same_words = (before.name, before.hold_days, before.code_pattern) == wanted
    same_words &= draft.links in {None, before.links}
    if same_words and history == before.history:
        return before, Change.UNCHANGED
    store.change_program(session, draft, history)
    return store.program(session, draft.handle), Change.CHANGED


def _wanted(draft: ProgramDraft, standing: Crediting) -> Crediting:
    return msgspec.structs.replace(draft.crediting or standing, window_days=draft.window_days)


def _continued(history: History, wanted: Crediting, now: datetime) -> History:
    if history[-1].crediting == wanted:
        return history
    return (*history, Since(now, wanted))
