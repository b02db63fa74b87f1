"""Move a creator from one program to another, from some instant on: a promotion to a tier, and back."""

from datetime import datetime

import msgspec

from app.audit.store import record
from app.creators import store
from app.creators.model import Creator, Move, could_earn
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.errors import Conflict


class Place(msgspec.Struct, frozen=True):
    """A program, as this room needs it."""

    program_id: int
    program: str
    """Handle."""


class CannotMove(Conflict):
    """The creator cannot change programs like that."""

    def __init__(self, creator: str, source: str, target: str, why: str) -> None:
        super().__init__(f"{creator!r} cannot move from {source!r} to {target!r}: {why}")


def move(
    session: ShopSession,
    creator: Creator,
    source: Place,
    target: Place,
    *,
    at: datetime,
    actor: str,
    now: datetime,
) -> Change:
    """Let all that the creator holds in `source` belong to `target` for orders placed from `at` on.

    Orders placed before stay with the program in which they came. Asked twice, nothing happens the second
    time. Moves follow each other in time: a move before the last one is refused. Raises CannotMove, NotFound.
    """
    standing = store.creator(session, creator.handle, lock=True)
    held = store.enrollment(session, creator.id, source.program_id)
    last = _last_of(standing, held.id)
    if last is not None and last.source == held.id:
        return _again(session, standing, last, (source, target), at)
    _refuse(standing, (source, target), at, is_active=could_earn(held.active, at))
    added = store.add_enrollments(session, [creator.id], target.program_id, now)
    joined = store.enrollment(session, creator.id, target.program_id)
    store.pause(session, held.id, at)
    (store.start_at if added else store.resume)(session, joined.id, at)
    store.set_moves(session, creator.id, (*standing.moves, Move(at, held.id, joined.id, now)))
    facts = {"from": source.program, "program": target.program, "at": at.isoformat()}
    record(session, "enrollment.moved", subject=creator.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED


def _last_of(creator: Creator, enrollment_id: int) -> Move | None:
    """The newest move out of the enrollment or into it."""
    return next((m for m in reversed(creator.moves) if enrollment_id in (m.source, m.target)), None)


def _again(
    session: ShopSession, creator: Creator, last: Move, places: tuple[Place, Place], at: datetime
) -> Change:
    """The creator has left already: the same move is no news, any other contradicts it."""
    source, target = places
    joined = [e for e in store.enrollments(session, creator.id) if e.program_id == target.program_id]
    if last.at == at and last.target in {e.id for e in joined}:
        return Change.UNCHANGED
    why = f"they left {source.program!r} at {last.at.isoformat()}; move them from where they are now."
    raise CannotMove(creator.handle, source.program, target.program, why)


def _refuse(creator: Creator, places: tuple[Place, Place], at: datetime, *, is_active: bool) -> None:
    source, target = places
    newest = max((m.at for m in creator.moves), default=None)
    why = None
    if source.program_id == target.program_id:
        why = "it is the same program."
    elif newest is not None and at < newest:
        why = (
            f"{at.isoformat()} lies before their last move, at {newest.isoformat()}. Choose a later time; the same "
            "time takes that move back."
        )
    elif not is_active:
        why = f"they are paused there at {at.isoformat()}; let them go on first."
    if why is not None:
        raise CannotMove(creator.handle, source.program, target.program, why)
