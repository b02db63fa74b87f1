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
