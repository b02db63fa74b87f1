"""Whose each lead is, and what it counts as: by the rules of orders, from all facts and nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from app.attribution.candidates import Context
from app.attribution.decide import decide
from app.attribution.model import Candidate, Reason
from app.attribution.modelbook import DEFAULT
from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion, in_force
from app.commissions.rulebook import rule_of
from app.commissions.rules.per_lead import PerLead
from app.db.session import Fenced
from app.kernel.period import day_of
from app.leads import store
from app.leads.model import Lead, Ruling, State
from app.orders.model import DiscountUse, FinancialStatus, OrderFacts
from app.shops.store import ShopContext
from app.tracking import store as tracking
from app.tracking.click import FoundBy, LinkOwner, Visit
from app.tracking.model import CodeOwner, fold
from app.tracking.store import clicks
from app.tracking.store.clicks import Asked

KIND = "per_lead"
NOTHING_PAID = "The terms of that day pay nothing for such a lead."
SELF = "{creator} sent this lead: nobody earns on their own."
NOBODY = "No click, link or code points to a creator."
Offers = Mapping[int, Sequence[OfferVersion]]


class Judged(msgspec.Struct, frozen=True):
    """One lead, and what is made of it before anything is counted."""

    lead: Lead
    day: date
    """Of the shop."""
    state: State
    why: str
    program_id: int | None = None
    creator_id: int | None = None
    offer: OfferVersion | None = None
    rules: tuple[tuple[str, PerLead], ...] = ()
    """Of that version, under their names: those that pay for it."""


@dataclass(frozen=True)
class _Facts:
    """What bears on every lead of the shop."""

    shop: ShopContext
    owners: Mapping[str, CodeOwner]
    offers: Offers
    seen: dict[tuple[int, bytes], Lead] = field(default_factory=dict)
    """The first lead of each person in each program."""


def judge(session: Fenced, shop: ShopContext) -> list[Judged]:
    """All leads of the shop in the order of time. Writes nothing."""
    leads = store.all_of(session, shop.id)
    if not leads:
        return []
    visits, owners = _evidence(session, shop.id, leads)
    programs = {v.owner.program_id for held in visits.values() for v in held}
    programs |= {number for owner in owners.values() for number in owner.programs}
    found = campaigns.versions(session, [(shop.id, program) for program in sorted(programs)])
    offers = {program: versions for (_, program), versions in found.items()}
    facts = _Facts(shop, owners, offers)
    return [_one(lead, visits.get(lead.id, ()), facts) for lead in leads]


def _evidence(
    session: Fenced, shop_id: int, leads: Sequence[Lead]
) -> tuple[dict[int, list[Visit]], dict[str, CodeOwner]]:
    """Visits by lead, and owners by folded code: one statement for each kind of fact."""
    asked = [Asked(shop_id, e.id, e.visitor, e.click_id, e.at) for e in leads if e.visitor or e.click_id]
    found = clicks.visits(session, asked)
    links = clicks.links(session, sorted({(shop_id, e.slug) for e in leads if e.slug}))
    codes = sorted({(shop_id, fold(e.code)) for e in leads if e.code})
    owners = {code: owner for (_, code), owner in tracking.owners(session, codes).items()}
    visits = {
        e.id: _visits(e, found.get((shop_id, e.id), []), links.get((shop_id, e.slug or ""))) for e in leads
    }
    return visits, owners


def _visits(lead: Lead, recorded: Sequence[Visit], named: LinkOwner | None) -> list[Visit]:
    """Clicks, and the link that the sender names where none of them went through it; whose they were then."""
    found = list(recorded)
    if named is not None and all(v.owner.slug != named.slug for v in recorded):
        found.append(Visit(named, lead.at, recorded=False, found_by=FoundBy.LANDING))
    return [msgspec.structs.replace(v, owner=v.owner.when(lead.at)) for v in found]


def _one(lead: Lead, visits: Sequence[Visit], facts: _Facts) -> Judged:
    day = day_of(lead.at, facts.shop.timezone)
    context = Context(
        installed_at=facts.shop.installed_at,
        owners=facts.owners,
        offers=facts.offers,
        email_key=lead.person,
        visits=tuple(visits),
        model=DEFAULT,
    )
    candidates = decide(_as_order(lead, facts.shop), context).candidates
    winner = next((c for c in candidates if c.won), None)
    if winner is None or winner.program_id is None:
        return Judged(lead, day, State.UNQUALIFIED, _words(candidates[0]) if candidates else NOBODY)
    offer = in_force(list(facts.offers[winner.program_id]), lead.at)
    rules = tuple(_paying(offer, lead)) if offer else ()
    whose = (winner.program_id, winner.creator_id, offer, rules)
    if not rules:
        return Judged(lead, day, State.UNQUALIFIED, NOTHING_PAID, *whose)
    first = facts.seen.setdefault((winner.program_id, lead.person), lead) if lead.person else lead
    if first is not lead:
        words = f"The same person or device was a lead of this program on {day_of(first.at, facts.shop.timezone)}."
        return Judged(lead, day, State.DUPLICATE, words, *whose)
    return Judged(lead, day, _state(lead, rules), _words(winner), *whose)


def _as_order(lead: Lead, shop: ShopContext) -> OrderFacts:
    """What attribution asks of an order, said of a lead."""
    return OrderFacts(
        id=lead.id,
        name=lead.ref,
        placed_at=lead.at,
        updated_at=lead.at,
        currency=shop.currency,
        taxes_included=False,
        test=False,
        cancelled_at=None,
        financial_status=FinancialStatus.PENDING,
        lines=(),
        discounts=(DiscountUse("discount_code", lead.code, 0),) if lead.code else (),
        source_name="web",
    )


def paying_rules(version: OfferVersion) -> Iterator[tuple[str, PerLead]]:
    """The version's rules for leads, each under a name of its own."""
    count = 0
    for spec in version.terms.rules:
        rule = rule_of(spec) if spec.kind == KIND else None
        if isinstance(rule, PerLead):
            count += 1
            yield KIND if count == 1 else f"{KIND}-{count}", rule


def _paying(offer: OfferVersion, lead: Lead) -> Iterator[tuple[str, PerLead]]:
    return ((name, rule) for name, rule in paying_rules(offer) if _pays(rule, lead.action))


def _state(lead: Lead, rules: Sequence[tuple[str, PerLead]]) -> State:
    if lead.ruling is not None:
        return State.APPROVED if lead.ruling is Ruling.APPROVED else State.REJECTED
    return State.PENDING if any(rule.review for _, rule in rules) else State.APPROVED


def _words(candidate: Candidate) -> str:
    """The sentence that an order would have, said of a lead."""
    if candidate.reason_code is Reason.SELF_REFERRAL:
        return SELF.format(creator=candidate.creator)
    return re.sub(r"\b([Tt]he) order\b", r"\1 lead", candidate.reason).replace(
        "order was placed", "lead was sent"
    )


def is_paid(session: Fenced, shop_id: int, action: str, now: datetime) -> bool:
    """Whether any offer of the shop that is in force then pays for leads of that kind."""
    programs = campaigns.programs_with(session, shop_id, KIND)
    found = campaigns.versions(session, [(shop_id, program) for program in programs])
    offers = [in_force(versions, now) for versions in found.values()]
    return any(_pays(rule, action) for o in offers if o for _, rule in paying_rules(o))


def _pays(rule: PerLead, action: str) -> bool:
    return not rule.actions or action in rule.actions
