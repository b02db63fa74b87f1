"""Programs and offers of a file."""

from collections.abc import Mapping, Sequence

from app.campaigns import store
from app.campaigns.model import Program
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.commissions.contradictions import BadTerms
from app.flows.apply_cells import BadFile, at
from app.flows.apply_offers import OfferPlan
from app.flows.apply_plan import ProgramPlan
from app.flows.apply_tally import Applying
from app.flows.offer_limits import check_limits
from app.kernel.change import Change
from app.kernel.period import day_of


def apply_programs(applying: Applying, plans: Sequence[ProgramPlan]) -> Mapping[str, Program]:
    """Put every program, publish every offer, and return all programs of the shop by handle."""
    for plan in plans:
        with at(plan.path):
            program, change = put(applying.session, plan.draft, actor=applying.actor, now=applying.now)
        applying.applied.note("programs", program.handle, change)
        for offer in plan.offers:
            _publish(applying, program, offer)
    return {program.handle: program for program in store.programs(applying.session)}


def _publish(applying: Applying, program: Program, plan: OfferPlan) -> None:
    with at(f"{plan.path}.effective_from"):
        published = publish(
            applying.session,
            program,
            plan.terms,
            effective_from=plan.effective_from,
            reprice=applying.reprice,
            notice_waived=plan.notice_waived,
            actor=applying.actor,
            now=applying.now,
        )
    key = f"{program.handle} {day_of(plan.effective_from, applying.timezone)}"
    applying.applied.note("offers", key, Change.CREATED if published else Change.UNCHANGED)
    if published is None:
        return
    try:
        check_limits(applying.session, program, plan.terms)
    except BadTerms as refused:
        raise BadFile(f"{plan.path}.rules[{refused.rule}]", str(refused)) from None
    applying.touched.programs.add(program.id)
    if plan.effective_from > applying.now:
        applying.touched.later_offers.add((program.id, plan.effective_from))
    else:
        applying.touched.judge_from(plan.effective_from)
