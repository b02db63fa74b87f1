"""One time of paying: planned, approved by one or two people, made or cancelled. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from app.kernel.errors import Conflict, Forbidden, NotFound

REQUEST = "request"
"""The origin of a run that a creator asked for."""


class RunState(StrEnum):
    """Where a run is; what became of its payouts they say themselves."""

    PLANNED = "planned"
    RESERVED = "reserved"
    """Its payouts were made."""
    CANCELLED = "cancelled"


class NoSuchRun(NotFound):
    """No run with that number in this shop."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"There is no payout run {run_id} in this shop.")


class RunIsOver(Conflict):
    """What was wanted of a run is not possible any more."""

    def __init__(self, run: "Run", wanted: str) -> None:
        super().__init__(f"Run {run.id} is {run.state.value} already: it cannot be {wanted}.")


class SamePerson(Forbidden):
    """The second approval has to come from somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "You approved this run already. The second approval has to come from another person."
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is written down."""

    id: int
    """0 until it was written."""
    key: UUID
    origin: str
    """calendar, person, request."""
    state: RunState
    cut_off: datetime
    pay_at: datetime
    planned_at: datetime
    planned_by: str
    only_creator_id: int | None = None
    previewed_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    second_at: datetime | None = None
    second_by: str | None = None
    reserved_at: datetime | None = None
    declined_because: str | None = None
    """What a creator who asked reads instead of being paid."""

    @property
    def ignores_minimum(self) -> bool:
        """A merchant who pays one creator by hand pays whatever is there; who asks is held to the rules."""
        return self.only_creator_id is not None and self.origin != REQUEST

    def batch(self, provider: str, number: int) -> UUID:
        """The id of the `number`th call of a provider that takes many payouts at once: always the same."""
        return uuid5(self.key, f"{provider}:{number}")


def approve(run: Run, actor: str, now: datetime, *, needs_two: bool) -> Run:
    """Somebody said yes. Raises RunIsOver, and SamePerson when a second one is needed."""
    if run.state is not RunState.PLANNED:
        raise RunIsOver(run, "approved")
    if run.approved_by is None:
        return replace(run, approved_by=actor, approved_at=now)
    if not needs_two or run.second_by is not None:
        return run
    if run.approved_by == actor:
        raise SamePerson
    return replace(run, second_by=actor, second_at=now)


def is_approved(run: Run, *, needs_two: bool, is_automatic: bool) -> bool:
    """Whether enough people said yes. The calendar's own yes counts as one where the shop wants that."""
    if needs_two:
        return run.second_by is not None
    return run.approved_by is not None or (is_automatic and run.origin == "calendar")


def cancel(run: Run) -> Run:
    """Nobody is paid by it. Raises RunIsOver once its payouts were made: those are cancelled one by one."""
    if run.state is not RunState.PLANNED:
        raise RunIsOver(run, "cancelled")
    return replace(run, state=RunState.CANCELLED)


def decline(run: Run, because: str) -> Run:
    """No to a creator who asked, with the reason that they read. Raises RunIsOver."""
    return replace(cancel(run), declined_because=because)


def made(run: Run, now: datetime) -> Run:
    """Its payouts were made."""
    return replace(run, state=RunState.RESERVED, reserved_at=now)
