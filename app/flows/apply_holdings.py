"""The codes and links of a file: what nobody has is added together, the rest is compared one by one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.campaigns.model import Program
from app.creators.model import Enrollment
from app.flows.apply_cells import BadFile, at
from app.flows.apply_crediting import CodePlan
from app.flows.apply_moves import Moving
from app.flows.apply_plan import LinkPlan
from app.flows.apply_tally import Applying
from app.kernel.change import Change
from app.tracking.add_code import add_codes
from app.tracking.add_link import add_link, add_links
from app.tracking.end_code import retry_code
from app.tracking.model import Code, CodeDraft, CodeState, CodeTaken, LinkDraft, fold
from app.tracking.set_policy import set_policies


@dataclass(frozen=True)
class Place:
    """A creator of the file in one program."""

    moving: Moving
    program: Program
    enrollment: Enrollment

    def code(self, plan: CodePlan) -> CodeDraft:
        """A code of theirs."""
        handle = self.moving.creator.handle
        return CodeDraft(self.enrollment.id, plan.code, creator=handle, program=self.program.handle)

    def link(self, plan: LinkPlan) -> LinkDraft:
        """A link of theirs. It stays where it was given; the log names that program, also when it leads elsewhere now."""
        moving, number, program = self.moving, self.enrollment.id, self.program
        held = moving.links.get(plan.slug)
        if held is not None and moving.holds(held, number):
            number = held.enrollment_id
            where = next(e.program_id for e in moving.enrollments if e.id == number)
            program = next(p for p in moving.programs.values() if p.id == where)
        whose = moving.creator.handle
        return LinkDraft(number, plan.slug, plan.to_path, plan.channel, creator=whose, program=program.handle)

    def holds(self, plan: CodePlan) -> Code | None:
        """The code, if it is theirs."""
        held = self.moving.codes.get(fold(plan.code))
        return held if held is not None and self.moving.holds(held, self.enrollment.id) else None


def apply_codes(applying: Applying, places: Sequence[Place]) -> None:
    """Give every creator their codes, and say when each counts."""
    wanted = [(place, plan) for place in places for plan in place.moving.plan.codes]
    added = _add_codes(applying, [(place, plan) for place, plan in wanted if place.holds(plan) is None])
    retried = _try_again(applying, [(place, plan) for place, plan in wanted if place.holds(plan) is not None])
    changed = retried | _tell_policies(applying, wanted, added)
    for place, plan in wanted:
        folded = fold(plan.code)
        if folded in added or folded in retried:
            applying.touched.codes.add(folded)
            applying.touched.programs.add(place.program.id)
        applying.applied.note("codes", plan.code, _outcome(folded, added, changed))


def _outcome(key: str, added: Collection[str], changed: Collection[str]) -> Change:
    if key in added:
        return Change.CREATED
    return Change.CHANGED if key in changed else Change.UNCHANGED


def _add_codes(applying: Applying, wanted: Sequence[tuple[Place, CodePlan]]) -> dict[str, Code]:
    drafts = [place.code(plan) for place, plan in wanted]
    try:
        return add_codes(
            applying.session, drafts, live=applying.offline, actor=applying.actor, now=applying.now
        )
    except CodeTaken as taken:
        path = next(plan.path for _, plan in wanted if plan.code == taken.code)
        raise BadFile(path, str(taken)) from taken


def _try_again(applying: Applying, wanted: Sequence[tuple[Place, CodePlan]]) -> set[str]:
    """A code that Shopify refused is asked for again: whoever runs the file again has made room for it."""
    held = [code for place, plan in wanted if (code := place.holds(plan)) is not None]
    refused = [code for code in held if code.state is CodeState.FAILED and not applying.offline]
    for code in refused:
        retry_code(applying.session, code, actor=applying.actor, now=applying.now)
    return {code.folded for code in refused}


def _tell_policies(
    applying: Applying, wanted: Sequence[tuple[Place, CodePlan]], added: Mapping[str, Code]
) -> set[str]:
    """Have each code count when the file says so. Returns the folded codes of which that is news."""
    new, standing = [], []
    for place, plan in wanted:
        if plan.policy is None:
            continue
        if fold(plan.code) in added:
            new.append((added[fold(plan.code)], plan.policy))
        elif (held := place.holds(plan)) is not None:
            standing.append((held, plan.policy))
    session, actor, now = applying.session, applying.actor, applying.now
    told = set_policies(session, new, is_new=True, actor=actor, now=now)
    return told | set_policies(session, standing, is_new=False, actor=actor, now=now)


def apply_links(applying: Applying, places: Sequence[Place]) -> None:
    """Have every link of the file lead where it says."""
    wanted = [(place, plan) for place in places for plan in place.moving.plan.links]
    unknown = [place.link(plan) for place, plan in wanted if plan.slug not in place.moving.links]
    added = add_links(applying.session, unknown, actor=applying.actor, now=applying.now)
    # Orders whose landing page names the link may have come before it.
    applying.touched.codes |= {fold(slug) for slug in added}
    changed = {p.slug for place, p in wanted if p.slug not in added and _leads_elsewhere(applying, place, p)}
    for _, plan in wanted:
        applying.applied.note("links", plan.slug, _outcome(plan.slug, added, changed))


def _leads_elsewhere(applying: Applying, place: Place, plan: LinkPlan) -> bool:
    """Let a link that is there lead where the file says, if it does not. Whether that is news."""
    held, draft = place.moving.links.get(plan.slug), place.link(plan)
    if held is not None and (held.enrollment_id, held.to_path, held.channel) == (
        draft.enrollment_id, plan.to_path, plan.channel
    ):  # fmt: skip
        return False
    with at(f"{plan.path}.slug"):
        changed = add_link(
            applying.session,
            draft.enrollment_id,
            plan.slug,
            to_path=plan.to_path,
            channel=plan.channel,
            program=draft.program,
            actor=applying.actor,
            now=applying.now,
        )
    return changed is not Change.UNCHANGED
