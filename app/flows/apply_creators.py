"""Creators of a file, with their enrollments, codes and links.

What the shop has is read once, so that a file of ten thousand creators that changes nothing asks
four questions. The verbs still lock and compare: somebody may be at the pages meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.campaigns.model import Program
from app.creators import store as creators
from app.creators.enroll import enroll
from app.creators.invite import change, invite
from app.creators.model import Creator, Enrollment
from app.flows.apply_cells import BadFile, at
from app.flows.apply_crediting import CodePlan
from app.flows.apply_moves import Moving, apply_moves
from app.flows.apply_plan import CreatorPlan, LinkPlan
from app.flows.apply_tally import Applying
from app.kernel.change import Change
from app.tracking import store as tracking
from app.tracking.add_code import add_code
from app.tracking.add_link import add_link
from app.tracking.end_code import retry_code
from app.tracking.model import Code, CodeState, Link, fold
from app.tracking.set_policy import set_policy


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

    def moving(self, applying: Applying, plan: CreatorPlan, creator: Creator) -> Moving:
        """The creator as the file has them, beside all that the shop has of them."""
        held = self.standing
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
    named: dict[str, set[str | None]] = {}
    for plan in plans:
        named.setdefault(plan.handle, set()).add(plan.program)
    for plan in plans:
        creator = _creator(applying, plan, standing)
        if plan.program is None:
            continue
        program = programs.get(plan.program)
        if program is None:
            raise BadFile(f"{plan.path}.program", f"There is no program {plan.program!r} in this shop.")
        others = Others(programs, named[plan.handle], standing)
        moving = others.moving(applying, plan, creator)
        if apply_moves(moving, program):
            _look_again(applying, creator, standing)
            moving = others.moving(applying, plan, standing.creators[plan.handle])
            enrollment = standing.enrollments[creator.id, program.id]
            applying.applied.note("enrollments", f"{creator.handle} {program.handle}", Change.CHANGED)
        else:
            enrollment = _enrollment(applying, creator, program, standing)
        for code in plan.codes:
            _code(moving, enrollment, program, code)
        for link in plan.links:
            _link(moving, enrollment, program, link)


def _look_again(applying: Applying, creator: Creator, standing: Standing) -> None:
    """After a move: both enrollments and the creator are other than they were."""
    standing.creators[creator.handle] = creators.creator(applying.session, creator.handle)
    for enrollment in creators.enrollments(applying.session, creator.id):
        standing.enrollments[creator.id, enrollment.program_id] = enrollment


def _creator(applying: Applying, plan: CreatorPlan, standing: Standing) -> Creator:
    held = standing.creators.get(plan.handle)
    if held is not None and held.contact == plan.contact:
        outcome = Change.UNCHANGED
    else:
        held, outcome = _write_creator(applying, plan, held)
        standing.creators[plan.handle] = held
    applying.applied.note("creators", plan.handle, outcome)
    return held


def _write_creator(applying: Applying, plan: CreatorPlan, held: Creator | None) -> tuple[Creator, Change]:
    session, actor, now, key = applying.session, applying.actor, applying.now, applying.pseudonym
    with at(plan.path):
        if held is None:
            return (
                invite(session, plan.handle, plan.contact, pseudonym=key, actor=actor, now=now),
                Change.CREATED,
            )
        was = creators.keys_of(session, held.id)
        outcome = change(session, plan.handle, plan.contact, pseudonym=key, actor=actor, now=now)
    applying.touched.people.append((held.id, was.email, creators.keys_of(session, held.id).email))
    return creators.creator(session, plan.handle), outcome


def _enrollment(applying: Applying, creator: Creator, program: Program, standing: Standing) -> Enrollment:
    held = standing.enrollments.get((creator.id, program.id))
    outcome = Change.UNCHANGED
    if held is None:
        held, outcome = enroll(
            applying.session,
            creator,
            program_id=program.id,
            program=program.handle,
            actor=applying.actor,
            now=applying.now,
        )
    applying.applied.note("enrollments", f"{creator.handle} {program.handle}", outcome)
    return held


def _code(moving: Moving, enrollment: Enrollment, program: Program, plan: CodePlan) -> None:
    applying, held = moving.applying, moving.codes.get(fold(plan.code))
    if held is not None and moving.holds(held, enrollment.id):
        outcome = _try_again(applying, program, held)
    else:
        with at(plan.path):
            outcome = add_code(
                applying.session,
                enrollment.id,
                plan.code,
                live=applying.offline,
                program=program.handle,
                actor=applying.actor,
                now=applying.now,
            )
    if outcome is Change.CREATED:
        applying.touched.codes.add(fold(plan.code))
        applying.touched.programs.add(program.id)
    applying.applied.note("codes", plan.code, _policy(applying, plan, outcome))


def _policy(applying: Applying, plan: CodePlan, outcome: Change) -> Change:
    """What became of the code, now that its credit policy is as the file says."""
    if plan.policy is None:
        return outcome
    is_new = outcome is Change.CREATED
    changed = set_policy(
        applying.session, plan.code, plan.policy, is_new=is_new, actor=applying.actor, now=applying.now
    )
    return changed if outcome is Change.UNCHANGED else outcome


def _try_again(applying: Applying, program: Program, held: Code) -> Change:
    """A code that Shopify refused is asked for again: whoever runs the file again has made room for it."""
    if applying.offline or held.state is not CodeState.FAILED:
        return Change.UNCHANGED
    retry_code(applying.session, held, actor=applying.actor, now=applying.now)
    applying.touched.codes.add(held.folded)
    applying.touched.programs.add(program.id)
    return Change.CHANGED


def _link(moving: Moving, enrollment: Enrollment, program: Program, plan: LinkPlan) -> None:
    applying, held, number = moving.applying, moving.links.get(plan.slug), enrollment.id
    if held is not None and moving.holds(held, enrollment.id):
        # A link stays where it was given; the log names that program, also when it leads elsewhere now.
        number = held.enrollment_id
        program = next(p for p in moving.programs.values() if p.id == _program_of(moving, number))
    if held is not None and (held.enrollment_id, held.to_path, held.channel) == (
        number, plan.to_path, plan.channel
    ):  # fmt: skip
        outcome = Change.UNCHANGED
    else:
        with at(f"{plan.path}.slug"):
            outcome = add_link(
                applying.session,
                number,
                plan.slug,
                to_path=plan.to_path,
                channel=plan.channel,
                program=program.handle,
                actor=applying.actor,
                now=applying.now,
            )
        if outcome is Change.CREATED:  # Orders whose landing page names the link may have come before it.
            applying.touched.codes.add(fold(plan.slug))
    applying.applied.note("links", plan.slug, outcome)


def _program_of(moving: Moving, enrollment_id: int) -> int:
    return next(e.program_id for e in moving.enrollments if e.id == enrollment_id)
