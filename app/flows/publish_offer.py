"""Publish what a program's offer shall be next: its notice, the orders it prices again, and Shopify told."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns import drafts, store
from app.campaigns.model import OfferTerms, OfferVersion, Program
from app.campaigns.notice import announce
from app.campaigns.publish import publish
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows import catalogue_requests, derive_awards, issue_code, reevaluate
from app.flows.desk import Desk
from app.flows.dry_run import would_reprice
from app.flows.offer_limits import check_limits
from app.flows.what_if import Differences
from app.kernel.currency import major_units
from app.kernel.errors import Conflict
from app.shops import store as shops


class WouldReprice(Conflict):
    """The terms are for a day gone by, and orders since then would pay otherwise. Ask, then say `reprice`."""

    def __init__(self, differences: Differences) -> None:
        told = "; ".join(
            f"{d.orders_changed} orders, {major_units(abs(d.more_minor), d.currency)} {d.currency} "
            f"{'more' if d.more_minor >= 0 else 'less'}"
            for d in differences.totals.values()
            if d.orders_changed
        )
        super().__init__(f"This would price orders again that were placed already: {told}. Re-price them?")
        self.differences = differences


@dataclass(frozen=True)
class Publication:
    """What is published, and on what conditions."""

    terms: OfferTerms
    effective_from: datetime
    agreed: str | None
    """Who of the creators agreed to less than the notice, and how; None: they have their notice."""
    reprice: bool
    """Orders since a day gone by may pay otherwise: the merchant was asked."""


def publish_offer(
    session: ShopSession, desk: Desk, program: Program, asked: Publication, *, actor: str, now: datetime
) -> OfferVersion | None:
    """Publish the next version and do all that follows from it; None when these terms stand there already.

    Everybody who can earn in the program is noted as told. Orders since a day gone by are queued to be
    priced again. A draft with these terms is used up. Raises NoticeTooShort, BadTerms for a cap that is used up, and WouldReprice
    when orders since a day gone by would pay otherwise and nobody said `reprice`.
    """
    store.program(session, program.handle, lock=True)
    versions = store.versions_of(session, program.id)
    same_day = [version for version in versions if version.effective_from == asked.effective_from]
    if not same_day or max(same_day, key=lambda version: version.version).terms != asked.terms:
        check_limits(session, program, asked.terms)
    if asked.effective_from < now and not asked.reprice:
        differences = would_reprice(session, program, asked.terms, asked.effective_from, now)
        if any(d.orders_changed for d in differences.totals.values()):
            raise WouldReprice(differences)
    published = publish(
        session,
        program,
        asked.terms,
        effective_from=asked.effective_from,
        # Whoever replaces terms that stand on that instant was asked, or nothing was priced by them yet.
        reprice=True,
        notice_waived=asked.agreed is not None,
        agreed=asked.agreed,
        actor=actor,
        now=now,
    )
    draft = store.draft(session, program.id)
    if draft is not None and draft.terms == asked.terms:
        drafts.discard(session, program)
    if published is None:
        return None
    if versions:
        enrolled = creators.earning_in(session, program.id)
        announce(session, program, published, enrolled=enrolled, actor=actor, now=now)
    _follow(session, desk, published, now)
    return published


def _follow(session: ShopSession, desk: Desk, published: OfferVersion, now: datetime) -> None:
    """Let Shopify have the discount when it holds, ask who is in collections, price again what was placed since."""
    start = published.effective_from
    derive_awards.request(session, desk.queue, session.shop_id)
    if not shops.get(session, session.shop_id).offline:
        if store.collections_named(session, session.shop_id, now):
            catalogue_requests.collections(session, desk.queue, session.shop_id)
        issue_code.request(session, desk.queue, published.program_id, at=start if start > now else None)
    if start < now:
        reevaluate.request(session, desk.queue, placed_from=start, codes=None)
