"""A creator whom a file finds in one program and names in another: they move, with all that they hold there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.campaigns.model import Program
from app.creators.model import Creator, Enrollment, could_earn
from app.flows.apply_cells import BadFile, at
from app.flows.apply_plan import CreatorPlan
from app.flows.apply_tally import Applying
from app.flows.move_enrollment import WouldRejudge, move_enrollment
from app.kernel.change import Change
from app.kernel.period import zone
from app.tracking.model import Code, Link, fold


@dataclass(frozen=True)
class Moving:
    """One creator of the file, and what the shop has of them."""

    applying: Applying
    plan: CreatorPlan
    creator: Creator
    enrollments: Collection[Enrollment]
    """Theirs."""
    codes: Mapping[str, Code]
    links: Mapping[str, Link]
    programs: Mapping[str, Program]
    named: Collection[str | None]
    """Every program that the file names for this creator: between those nobody moves."""

    @property
    def at(self) -> datetime:
        """From when on the file's word about the program holds."""
        return (self.plan.since or self.applying.now).astimezone(zone(self.applying.timezone))

    def holds(self, held: Code | Link, enrollment_id: int) -> bool:
        """Whether that enrollment holds the code or link then."""
        return self.creator.holder(held.enrollment_id, held.created_at, self.at) == enrollment_id


def apply_moves(moving: Moving, target: Program) -> bool:
    """Move the creator into the program from wherever they carried what the file names. Whether they moved."""
    joined = next((e for e in moving.enrollments if e.program_id == target.id), None)
    _refuse_another_day(moving, joined)
    sources = _carrying(moving, joined) or _left_behind(moving, joined)
    moved = [_move(moving, source, target) for source in sources]
    return Change.CHANGED in moved


def _carrying(moving: Moving, joined: Enrollment | None) -> list[Program]:
    """The other programs in which the creator holds a code or a link that the file names here."""
    plan, own = moving.plan, {int(e.id): e.program_id for e in moving.enrollments}
    found: list[Code | Link | None] = [moving.codes.get(fold(code.code)) for code in plan.codes]
    found += [moving.links.get(link.slug) for link in plan.links]
    holders = {
        moving.creator.holder(held.enrollment_id, held.created_at, moving.at)
        for held in found
        if held is not None and held.enrollment_id in own
    }
    return _programs(moving, {own[h] for h in holders if joined is None or h != joined.id})


def _left_behind(moving: Moving, joined: Enrollment | None) -> list[Program]:
    """The one program in which the creator was, where the file only says since when they are in this one."""
    if moving.plan.since is None or (joined is not None and could_earn(joined.active, moving.at)):
        return []
    return _programs(moving, {e.program_id for e in moving.enrollments if could_earn(e.active, moving.at)})


def _programs(moving: Moving, numbers: Collection[int]) -> list[Program]:
    return [p for p in moving.programs.values() if p.id in numbers and p.handle not in moving.named]


def _move(moving: Moving, source: Program, target: Program) -> Change:
    applying, path = moving.applying, f"{moving.plan.path}.program"
    try:
        with at(path):
            return move_enrollment(
                applying.session,
                applying.queue,
                moving.creator,
                source,
                target,
                at=moving.at,
                reprice=applying.reprice,
                actor=applying.actor,
                now=applying.now,
            )
    except BadFile as refused:
        if isinstance(refused.__cause__, WouldRejudge):
            raise BadFile(path, f"{refused.__cause__} Run it again with --reprice.") from refused
        raise


def _refuse_another_day(moving: Moving, joined: Enrollment | None) -> None:
    """They are here since another instant than the file says: which of the two is meant cannot be known."""
    last = moving.creator.moves[-1] if moving.creator.moves else None
    if moving.plan.since is None or joined is None or last is None or last.target != joined.id:
        return
    if last.at != moving.plan.since:
        since = last.at.astimezone(zone(moving.applying.timezone))
        raise BadFile(
            f"{moving.plan.path}.since",
            f"{moving.creator.handle!r} is in {moving.plan.program!r} since {since.isoformat()}. Take that move back "
            "first, or say the same instant.",
        )
