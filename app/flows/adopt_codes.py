"""Codes that a shop had before the app: a merchant says whose each is, one by one or by a file."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.campaigns import store as campaigns
from app.creators import store as creators
from app.creators.enroll import enroll
from app.db.session import ShopSession
from app.flows import derive_awards, reevaluate
from app.flows.desk import Desk
from app.kernel.change import Change
from app.kernel.errors import Conflict, Invalid, NotFound
from app.tracking.adopt_code import adopt_code

LARGEST = 512_000
"""Characters of a file."""
MOST = 10_000
"""Lines of one."""


@dataclass(frozen=True)
class Wanted:
    """One code, and whose it is said to be."""

    line: int
    """Of the file, from 1."""
    handle: str
    code: str


@dataclass(frozen=True)
class Fault:
    """Why a line could not be taken."""

    line: int
    why: str


@dataclass(frozen=True)
class Adopted:
    """What became of a file: all of it is taken, or nothing."""

    taken: int
    known: int
    """That were theirs already."""


class Faulty(Invalid):
    """Some lines cannot be taken, so none was."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        told = "1 line cannot be taken" if len(faults) == 1 else f"{len(faults)} lines cannot be taken"
        super().__init__(f"{told}, so none was. Line {faults[0].line}: {faults[0].why}")
        self.faults = faults


def read(text: str) -> list[Wanted]:
    """Lines of `handle,code`, with or without a head; `;` and tab separate, too. Raises Invalid."""
    if len(text) > LARGEST:
        raise Invalid(f"It has {len(text)} characters; at most {LARGEST} fit. Take it in parts.")
    first = text.lstrip("\ufeff").partition("\n")[0]
    separator = next((mark for mark in (";", "\t") if mark in first), ",")
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator)
    found = [_wanted(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if found and (found[0].handle.lower(), found[0].code.lower()) == ("handle", "code"):
        del found[0]
    if not found:
        raise Invalid("There is no line in it. Write one for each code, such as: ida,IDA10")
    if len(found) > MOST:
        raise Invalid(f"These are {len(found)} lines; at most {MOST} fit. Take them in parts.")
    return found


def _wanted(number: int, row: list[str]) -> Wanted:
    cells = [cell.strip() for cell in row]
    if len(cells) != 2 or not all(cells):  # noqa: PLR2004 - a handle and a code
        raise Invalid(f"Line {number} is not a handle and a code, such as: ida,IDA10")
    return Wanted(number, cells[0].lower(), cells[1])


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
