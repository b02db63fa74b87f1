"""Codes that a shop had before the app: a merchant says whose each is, one by one or by a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.campaigns import store as campaigns
from app.creators import store as creators
from app.creators.enroll import enroll
from app.db.session import ShopSession
from app.flows import derive_awards, reevaluate
from app.flows.desk import Desk
from app.flows.pasted import Fault, Faulty, Line, lines
from app.kernel.change import Change
from app.kernel.errors import Conflict, Invalid, NotFound
from app.tracking.adopt_code import adopt_code

LARGEST = 512_000
"""Characters of a file."""
COLUMNS = ("handle", "code")


@dataclass(frozen=True)
class Wanted:
    """One code, and whose it is said to be."""

    line: int
    """Of the file, from 1."""
    handle: str
    code: str


@dataclass(frozen=True)
class Adopted:
    """What became of a file: all of it is taken, or nothing."""

    taken: int
    known: int
    """That were theirs already."""


def read(text: str) -> list[Wanted]:
    """Lines of `handle,code`, with or without a head. Raises Invalid."""
    return [_wanted(line) for line in lines(text, COLUMNS, largest=LARGEST, example="ida,IDA10")]


def _wanted(line: Line) -> Wanted:
    if set(line.cells) != set(COLUMNS):
        raise Invalid(f"Line {line.number} is not a handle and a code, such as: ida,IDA10")
    return Wanted(line.number, line.cells["handle"].lower(), line.cells["code"])


def adopt_codes(
    session: ShopSession,
    desk: Desk,
    wanted: list[Wanted],
    *,
    program: str,
    since: datetime,
    actor: str,
    now: datetime,
) -> Adopted:
    """Let each code count for its creator in the program, for orders placed from `since` on.

    Creators who are not in the program join it. Orders with the codes are judged again. Raises Faulty, which
    names every line that cannot be taken; then the caller's transaction must not be committed.
    """
    found = campaigns.program(session, program)
    outcomes: list[Change] = []
    faults: list[Fault] = []
    for one in wanted:
        try:
            creator = creators.creator(session, one.handle)
            who: Any = {"program": found.handle, "actor": actor, "now": now}
            place, _ = enroll(session, creator, program_id=found.id, **who)
            outcomes.append(adopt_code(session, place.id, one.code, since=since, **who))
        except (Conflict, Invalid, NotFound) as refused:
            faults.append(Fault(one.line, str(refused)))
    if faults:
        raise Faulty(tuple(faults))
    taken = sum(outcome is not Change.UNCHANGED for outcome in outcomes)
    if taken:
        derive_awards.request(session, desk.queue, session.shop_id)
        # Also those placed before: they earn nothing, and their record says whose code came too early.
        reevaluate.request(session, desk.queue, placed_from=None, codes=[one.code for one in wanted])
    return Adopted(taken, len(outcomes) - taken)
