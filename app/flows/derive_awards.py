"""What agreements owe without an order: fixed fees, sign-up bonuses, clicks and leads, derived from offers, enrollments and facts.

What is owed is a function of these and of time, so it may be derived at any moment and any
number of times: after an outage the days that were missed come with the next run.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from app.campaigns import store as campaigns
from app.campaigns.model import OfferVersion, in_force
from app.commissions import award_store
from app.commissions.award_store import Enrolled
from app.commissions.awards import Award, award_key
from app.commissions.model import AwardDue, StandingRule
from app.commissions.rulebook import KINDS, rule_of
from app.db.session import BatchSession, Fenced
from app.flows import click_awards, lead_awards
from app.flows.awards_to_ledger import settle
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.period import day_of
from app.shops import store as shops
from app.shops.store import ShopContext

JOB = "awards.derive"
PORTION = 2000

STANDING = tuple(kind for kind, rule in KINDS.items() if hasattr(rule, "due"))
"""Kinds of rules that owe by time alone."""
OWING = (*STANDING, click_awards.KIND, lead_awards.KIND)
"""Kinds of rules that owe without an order."""


def request(session: Fenced, queue: Queue, shop_id: int) -> None:
    """Have what the shop's agreements owe derived soon: terms changed, or somebody joined.

    Call it in the transaction of the change. A shop whose offers owe nothing of the kind gets no job.
    """
    request_of(session, queue, [shop_id], OWING)


def request_of(session: Fenced, queue: Queue, shop_ids: Collection[int], kinds: Sequence[str]) -> None:
    """The same of those shops whose offers have a rule of one of these kinds."""
    owing = {shop_id for shop_id, _ in award_store.shops_with(session, kinds)}
    for shop_id in sorted(owing.intersection(shop_ids)):
        queue.defer(session, JOB, {"shop_id": shop_id}, lock=f"{JOB} {shop_id}", once=f"{JOB} {shop_id}")


def derive(session: BatchSession, shop: ShopContext, now: datetime) -> int:
    """Bring what the shop's agreements owe by now to the books, and commit. Returns how much changed."""
    with session.begin():
        session.admit([shop.id])
        programs = [program for _, program in award_store.shops_with(session, OWING)]
        leads = lead_awards.dues(session, shop)
    return sum(_program(session, shop, program, leads.get(program, ()), now) for program in programs)


def _program(
    session: BatchSession,
    shop: ShopContext,
    program_id: int,
    leads: Sequence[lead_awards.Owed],
    now: datetime,
) -> int:
    with session.begin():
        session.admit([shop.id])
        versions = campaigns.versions(session, [(shop.id, program_id)])[shop.id, program_id]
        handle = campaigns.program_of_id(session, program_id).handle
        program = (program_id, handle)
        everybody = {who.creator_id: who for who in award_store.enrolled(session, shop.id, program_id)}
        owed = {
            award.key: award
            for who in everybody.values()
            for award in _owed(shop, program, versions, who, now)
        }
        clicks = click_awards.dues(session, shop, program_id, versions, now)
        for version, name, creator_id, due in (*clicks, *leads):
            award = _award(shop, program, (version, name), everybody[creator_id], due)
            owed[award.key] = award
        known = award_store.owed_by_offers(session, shop.id, program_id)
        gone = [_nothing(award, now) for award in known if award.key not in owed and award.amount_minor]
        standing = {award.key: award for award in known}
        changed = [
            msgspec.structs.replace(a, changed_at=now)
            for a in owed.values()
            if not _same(a, standing.get(a.key))
        ] + gone
        for start in range(0, len(changed), PORTION):
            keys = award_store.keep(session, changed[start : start + PORTION])
            settle(session, [(shop.id, key) for key in keys], now)
    return len(changed)


def _owed(
    shop: ShopContext,
    program: tuple[int, str],
    versions: Sequence[OfferVersion],
    who: Enrolled,
    now: datetime,
) -> Iterator[Award]:
    """What one creator is owed by now, each by the version that was in force when it was earned."""
    for version in versions:
        for name, rule in _standing(version):
            for due in rule.due(who.enrolled_at, who.active, now):
                if due.earned_at <= now and in_force(list(versions), due.earned_at) is version:
                    yield _award(shop, program, (version, name), who, due)


def _standing(version: OfferVersion) -> Iterator[tuple[str, StandingRule]]:
    """Rules that owe without an order, each under a name of its own within the version."""
    seen: dict[str, int] = {}
    for spec in version.terms.rules:
        rule = rule_of(spec)
        if isinstance(rule, StandingRule):
            seen[spec.kind] = seen.get(spec.kind, 0) + 1
            yield spec.kind if seen[spec.kind] == 1 else f"{spec.kind}-{seen[spec.kind]}", rule


def _award(
    shop: ShopContext, program: tuple[int, str], terms: tuple[OfferVersion, str], who: Enrolled, due: AwardDue
) -> Award:
    version, name = terms
    return Award(
        shop_id=shop.id,
        key=award_key(name, program[1], who.handle, due.key_suffix),
        creator_id=who.creator_id,
        program_id=program[0],
        kind=name.partition("-")[0],
        amount_minor=due.amount_minor,
        currency=due.currency,
        earned_at=due.earned_at,
        earned_on=day_of(due.earned_at, shop.timezone),
        matures_at=due.earned_at + timedelta(days=version.terms.hold_days),
        offer_id=version.id,
        reason=due.reason,
        actor="system",
        changed_at=due.earned_at,
    )


def _same(owed: Award, known: Award | None) -> bool:
    if known is None:
        return False
    return (owed.amount_minor, owed.currency, owed.earned_at, owed.matures_at, owed.offer_id, owed.reason) == (
        known.amount_minor, known.currency, known.earned_at, known.matures_at, known.offer_id, known.reason
    )  # fmt: skip


def _nothing(award: Award, now: datetime) -> Award:
    """The same award, owed no longer: it stays in the list, and its postings are reversed."""
    return msgspec.structs.replace(award, amount_minor=0, changed_at=now)


@dataclass(frozen=True)
class DeriveAwards:
    """The job's handler: one shop, when its terms or its creators changed."""

    open_batch: Callable[[], BatchSession]
    clock: Clock

    def __call__(self, *, shop_id: int) -> None:
        """Derive what that shop's agreements owe. Raises NoSuchShop."""
        with self.open_batch() as session:
            with session.begin():
                session.admit([shop_id])
                shop = shops.contexts_by_id(session, [shop_id])[shop_id]
            derive(session, shop, self.clock.now())


@dataclass
class EveryDay:
    """Once in each day of a shop: what its agreements owe for it. One object a process; a repeat is harmless."""

    done: dict[int, date] = field(default_factory=dict)
    """The last day on which each shop was looked at."""

    def __call__(self, session: BatchSession, working: Collection[ShopContext], now: datetime) -> int:
        """Derive for shops whose day is new to this process. Returns how many awards changed."""
        new = {shop.id: shop for shop in working if self.done.get(shop.id) != day_of(now, shop.timezone)}
        if not new:
            return 0
        with session.begin():
            session.admit(new)
            owing = {shop_id for shop_id, _ in award_store.shops_with(session, OWING)}
        changed = sum(derive(session, new[shop_id], now) for shop_id in sorted(owing))
        self.done |= {shop.id: day_of(now, shop.timezone) for shop in new.values()}
        return changed
