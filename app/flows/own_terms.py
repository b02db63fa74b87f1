"""The terms that a creator earns by: what holds, what comes, what they accepted."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns import acceptance_store
from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.offer_words import Said, Voice, differences, summary
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of one program."""

    offer_id: int
    version: int
    effective_from: datetime
    says: str
    """What is earned, in one sentence."""
    changes: tuple[Said, ...]
    """What it says otherwise than the version before."""
    announced_at: datetime | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnProgram:
    """A program that the creator is in."""

    name: str
    window_days: int
    hold_days: int
    is_active: bool
    versions: tuple[Terms, ...]
    """The newest first: those to come, the one that holds, and those of before."""


def own_terms(session: ShopSession, creator_id: int, voice: Voice) -> list[OwnProgram]:
    """Every program of the creator with all its versions."""
    places = {e.program_id: e for e in creators.enrollments(session, creator_id)}
    accepted = acceptance_store.accepted(session, creator_id)
    announced = acceptance_store.announced(session, [e.id for e in places.values()])
    return [
        OwnProgram(
            program.name,
            program.window_days,
            program.hold_days,
            not places[program.id].is_paused,
            tuple(_versions(versions, voice, announced, accepted)),
        )
        for program, versions in campaigns.terms_of_shop(session)
        if program.id in places
    ]


def _versions(
    versions: list[OfferVersion],
    voice: Voice,
    announced: dict[int, datetime],
    accepted: dict[int, datetime],
) -> list[Terms]:
    found = []
    for before, one in zip([None, *versions], versions, strict=False):
        changes = tuple(differences(before.terms, one.terms, voice)) if before is not None else ()
        found.append(
            Terms(
                one.id,
                one.version,
                one.effective_from,
                summary(one.terms, voice),
                changes,
                announced.get(one.id),
                accepted.get(one.id),
            )
        )
    return found[::-1]


def accept_terms(session: ShopSession, creator_id: int, offer_id: int, now: datetime) -> bool:
    """Note that the creator accepted a version of a program of theirs. Raises NotFound."""
    theirs = {e.program_id for e in creators.enrollments(session, creator_id)}
    known = {
        one.id for program, held in campaigns.terms_of_shop(session) if program.id in theirs for one in held
    }
    if offer_id not in known:
        raise NotFound("These terms are not of a program that you are in.")
    return acceptance_store.accept(session, creator_id, offer_id, now)
