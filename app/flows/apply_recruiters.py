"""Who recruited whom, as a file says it; the orders that it concerns are judged again."""

from collections.abc import Mapping, Sequence

from app.campaigns.model import Program
from app.commissions import lane_store
from app.commissions.history import Lane
from app.creators import store as creators
from app.creators.recruit import recruit
from app.flows.apply_cells import BadFile, at
from app.flows.apply_plan import CreatorPlan
from app.flows.apply_tally import Applying
from app.kernel.change import Change


def apply_recruiters(
    applying: Applying, plans: Sequence[CreatorPlan], programs: Mapping[str, Program]
) -> None:
    """Note every recruiter of the file. All creators of the file are there by now."""
    lanes: set[Lane] = set()
    for plan in plans:
        if plan.recruiter is None:
            continue
        if plan.program is None:
            raise BadFile(
                f"{plan.path}.recruiter", "The program is missing; creators are recruited into one."
            )
        program = programs[plan.program]
        with at(f"{plan.path}.recruiter"):
            creator = creators.creator(applying.session, plan.handle)
            change = recruit(
                applying.session,
                creator,
                creators.creator(applying.session, plan.recruiter),
                program_id=program.id,
                program=program.handle,
                actor=applying.actor,
                now=applying.now,
            )
        if change is Change.CHANGED:
            lanes.add(Lane(applying.session.shop_id, program.id, creator.id))
    lane_store.mark_all(applying.session, lanes)
