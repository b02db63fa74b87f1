"""Creators as values."""

from datetime import datetime

import msgspec

from app.kernel.errors import Conflict
from app.kernel.ids import CreatorId, EnrollmentId, ProgramId

Span = tuple[datetime | None, datetime | None]
"""Half-open: from the first instant, up to but not including the second; None is unbounded."""


def could_earn(active: tuple[Span, ...], at: datetime) -> bool:
    """Whether one of the spans holds that instant."""
    return any((start is None or start <= at) and (end is None or at < end) for start, end in active)


class Move(msgspec.Struct, frozen=True):
    """A change from one program to another: orders placed from then on are judged by the other one."""

    at: datetime
    source: int
    """Enrollment that was left."""
    target: int
    """Enrollment that was joined."""
    decided_at: datetime
    """What was given to the source later than that stays there."""


def trace(
    start: int, moves: tuple[Move, ...], *, made_at: datetime | None = None, after: datetime | None = None
) -> list[tuple[datetime, int]]:
    """Where what belongs to the enrollment `start` goes from there: (since when, enrollment), oldest first.

    `made_at`: it was given to the enrollment then; decisions before were not about it. `after`: it is
    known to be there at that time.
    """
    here, path = start, []
    for move in moves:
        decided = made_at is None or move.decided_at >= made_at
        if move.source == here and decided and (after is None or move.at > after):
            here = move.target
            path.append((move.at, here))
    return path


class HandleTaken(Conflict):
    """Another creator of this shop has the handle."""

    def __init__(self, handle: str) -> None:
        super().__init__(f"There is already a creator {handle!r} in this shop; choose another handle.")
        self.handle = handle


class NoRecruiter(Conflict):
    """That creator cannot have recruited this one."""

    def __init__(self, creator: str, recruiter: str, why: str) -> None:
        super().__init__(f"{recruiter!r} cannot be the recruiter of {creator!r}: {why}")


class Contact(msgspec.Struct, frozen=True):
    """What may change about a creator."""

    name: str
    email: str | None
    profile: dict[str, str]
    """Social handles by channel, as typed."""


class Creator(msgspec.Struct, frozen=True):
    """A person or brand paid for results."""

    id: CreatorId
    handle: str
    contact: Contact
    created_at: datetime
    archived_at: datetime | None
    moves: tuple[Move, ...] = ()
    """In the order in which they hold."""

    def holder(self, enrollment_id: int, made_at: datetime, at: datetime) -> int:
        """The enrollment that holds then what was given to this one at `made_at`."""
        path = trace(enrollment_id, self.moves, made_at=made_at)
        return next((here for since, here in reversed(path) if since <= at), enrollment_id)


class Enrollment(msgspec.Struct, frozen=True):
    """One creator in one program."""

    id: EnrollmentId
    creator_id: CreatorId
    program_id: ProgramId
    active: tuple[Span, ...]
    """When it could earn."""

    @property
    def is_paused(self) -> bool:
        """Whether it earns nothing from now on: its last period has an end, or it has none."""
        return not any(end is None for _, end in self.active)


MOST_INTERESTS = 10
LONGEST_ABOUT = 1000
MOST_FOLLOWERS = 10_000_000_000


class Profile(msgspec.Struct, frozen=True):
    """What a creator says of themselves and their audience."""

    about: str = ""
    country: str = ""
    """Where most of the audience is: two capital letters, or empty."""
    followers: dict[str, int] = {}
    """How many, by channel."""
    interests: tuple[str, ...] = ()
