"""One decision of the log that is being taken again, as the verbs of replay see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.audit.model import Decision
from app.campaigns import store as campaigns
from app.creators import store as creators
from app.creators.model import Creator, Enrollment
from app.db.session import ShopSession
from app.kernel.errors import RefusedError


class NotReplayable(RefusedError):
    """A decision that cannot be taken again: the log is of another version, or was tampered with."""

    def __init__(self, decision: Decision, why: str) -> None:
        super().__init__(
            f"Decision {decision.id} ({decision.kind} about {decision.subject!r} at "
            f"{decision.decided_at.isoformat()}) cannot be taken again: {why}"
        )


@dataclass(frozen=True)
class Again:
    """One decision that is being taken again."""

    session: ShopSession
    decision: Decision
    pseudonym: Callable[[str], bytes]
    """The shop's keyed pseudonym of an e-mail."""

    @property
    def subject(self) -> str:
        """What it is about, by natural key."""
        return self.decision.subject

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was decided."""
        return self.decision.facts

    @property
    def who_and_when(self) -> dict[str, Any]:
        """What every verb asks for."""
        return {"actor": self.decision.actor, "now": self.decision.decided_at}

    def creator(self) -> Creator:
        """The creator that the decision is about."""
        return creators.creator(self.session, self.subject)

    def enrollment(self) -> Enrollment:
        """The enrollment that the facts name."""
        creator = creators.creator(self.session, self.facts["creator"])
        return creators.enrollment(self.session, creator.id, self.program()["program_id"])

    def program(self) -> dict[str, Any]:
        """The program that the facts name, as verbs ask for it."""
        program = campaigns.program(self.session, self.facts["program"])
        return {"program_id": program.id, "program": program.handle}


Verb = Callable[[Again], object]
