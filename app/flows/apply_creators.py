"""Creators of a file, with their enrollments, codes and links.

What the shop has is read once, and what it lacks is added by one statement for a thousand of a kind: a file
of ten thousand creators asks some dozens of questions. What changes is rare, and goes through the verbs of
the pages one by one; they lock and compare, for somebody may be at the pages meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.campaigns.model import Program
from app.creators import store as creators
from app.creators.enroll import enroll_all
from app.creators.invite import change, invite_all
from app.creators.model import Creator, Enrollment, HandleTaken
from app.flows.apply_cells import BadFile, at
from app.flows.apply_holdings import Place, apply_codes, apply_links
from app.flows.apply_moves import Moving, apply_moves
from app.flows.apply_plan import CreatorPlan
from app.flows.apply_tally import Applying
from app.kernel.change import Change
from app.kernel.ids import EnrollmentId
from app.storefront.put_landing import put_landings
from app.tracking import store as tracking
from app.tracking.model import Code, Link


@dataclass
class Standing:
    """What the shop has."""

    creators: dict[str, Creator]
    enrollments: dict[tuple[int, int], Enrollment]
    """By creator id and program id."""
    codes: dict[str, Code]
    """By folded code."""
    links: dict[str, Link]
    """By slug."""


@dataclass(frozen=True)
class Others:
    """What else bears on whether a creator moves."""

    programs: Mapping[str, Program]
    named: Collection[str | None]
    standing: Standing

    def moving(self, applying: Applying, plan: CreatorPlan) -> Moving:
        """The creator as the file has them, beside all that the shop has of them."""
        held = self.standing
        creator = held.creators[plan.handle]
        found = (held.enrollments.get((creator.id, p.id)) for p in self.programs.values())
        places = [enrollment for enrollment in found if enrollment is not None]
        return Moving(applying, plan, creator, places, held.codes, held.links, self.programs, self.named)


def apply_creators(applying: Applying, plans: Sequence[CreatorPlan], programs: Mapping[str, Program]) -> None:
    """Make every creator of the file what it says."""
    if not plans:
        return
    session = applying.session
    standing = Standing(
        creators={c.handle: c for c in creators.every_creator(session)},
        enrollments={(e.creator_id, e.program_id): e for e in creators.every_enrollment(session)},
        codes={c.folded: c for c in tracking.every_code(session)},
        links={link.slug: link for link in tracking.every_link(session)},
    )
    _people(applying, plans, standing)
    placed = [plan for plan in plans if plan.program is not None]
    for plan in placed:
        if plan.program not in programs:
            raise BadFile(f"{plan.path}.program", f"There is no program {plan.program!r} in this shop.")
    places = _places(applying, placed, programs, standing)
    apply_codes(applying, places)
    apply_links(applying, places)


def _people(applying: Applying, plans: Sequence[CreatorPlan], standing: Standing) -> None:
    """The creators themselves: those who are new together, those who changed one by one."""
    new: dict[str, CreatorPlan] = {}
    for plan in plans:
        if plan.handle not in standing.creators:
            new.setdefault(plan.handle, plan)
    standing.creators.update(_invite(applying, new))
    pages = [(standing.creators[plan.handle], plan.page.landing) for plan in plans if plan.page is not None]
    shown = put_landings(applying.session, pages, actor=applying.actor, now=applying.now)
    for plan in plans:
        if new.get(plan.handle) is plan:
            outcome = Change.CREATED
        elif standing.creators[plan.handle].contact != plan.contact:
            outcome = _change(applying, plan, standing)
        else:
            outcome = Change.CHANGED if plan.page is not None and plan.handle in shown else Change.UNCHANGED
        applying.applied.note("creators", plan.handle, outcome)


def _invite(applying: Applying, new: Mapping[str, CreatorPlan]) -> Mapping[str, Creator]:
    contacts = {handle: plan.contact for handle, plan in new.items()}
    try:
        return invite_all(
            applying.session, contacts, pseudonym=applying.pseudonym, actor=applying.actor, now=applying.now
        )
    except HandleTaken as taken:  # Between our reading and our writing.
        raise BadFile(new[taken.handle].path, str(taken)) from taken


def _change(applying: Applying, plan: CreatorPlan, standing: Standing) -> Change:
    session, held = applying.session, standing.creators[plan.handle]
    was, key = creators.keys_of(session, held.id), applying.pseudonym
    with at(plan.path):
        outcome = change(
            session, plan.handle, plan.contact, pseudonym=key, actor=applying.actor, now=applying.now
        )
    applying.touched.people.append((held.id, was.email, creators.keys_of(session, held.id).email))
    standing.creators[plan.handle] = creators.creator(session, plan.handle)
    return outcome


def _places(
    applying: Applying, plans: Sequence[CreatorPlan], programs: Mapping[str, Program], standing: Standing
) -> list[Place]:
    """Where each creator of the file is, once who is to move has moved and who is new is enrolled."""
    named: dict[str, set[str | None]] = {}
    for plan in plans:
        named.setdefault(plan.handle, set()).add(plan.program)
    others = {handle: Others(programs, names, standing) for handle, names in named.items()}
    moved = {plan.path for plan in plans if _moved(applying, plan, others[plan.handle])}
    enrolled = _enroll(applying, plans, programs, standing)
    places = []
    for plan in plans:
        moving, program = others[plan.handle].moving(applying, plan), programs[str(plan.program)]
        enrollment = standing.enrollments[moving.creator.id, program.id]
        if plan.path in moved:
            outcome = Change.CHANGED
        else:
            outcome = Change.CREATED if enrollment.id in enrolled else Change.UNCHANGED
        applying.applied.note("enrollments", f"{plan.handle} {program.handle}", outcome)
        places.append(Place(moving, program, enrollment))
    return places


def _moved(applying: Applying, plan: CreatorPlan, others: Others) -> bool:
    """Move the creator, if the file says so. Whether they moved."""
    moving, standing = others.moving(applying, plan), others.standing
    if not apply_moves(moving, others.programs[str(plan.program)]):
        return False
    # Both enrollments and the creator are other than they were.
    standing.creators[plan.handle] = creators.creator(applying.session, plan.handle)
    for enrollment in creators.enrollments(applying.session, moving.creator.id):
        standing.enrollments[moving.creator.id, enrollment.program_id] = enrollment
    return True


def _enroll(
    applying: Applying, plans: Sequence[CreatorPlan], programs: Mapping[str, Program], standing: Standing
) -> set[EnrollmentId]:
    """Enroll who is not in their program yet. The ids of the enrollments that were made."""
    lacking: dict[str, list[Creator]] = {}
    for plan in plans:
        creator, program = standing.creators[plan.handle], programs[str(plan.program)]
        if (creator.id, program.id) not in standing.enrollments:
            lacking.setdefault(program.handle, []).append(creator)
    made: set[EnrollmentId] = set()
    for handle, new in lacking.items():
        program = programs[handle]
        added = enroll_all(
            applying.session,
            new,
            program_id=program.id,
            program=handle,
            actor=applying.actor,
            now=applying.now,
        )
        for creator in new:
            found = added.get(creator.id) or creators.enrollment(applying.session, creator.id, program.id)
            standing.enrollments[creator.id, program.id] = found
        made |= {enrollment.id for enrollment in added.values()}
    return made
