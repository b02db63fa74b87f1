"""Publish what a program's offer shall be next: its notice, the orders it prices again, and Shopify told."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns import drafts, store
from app.campaigns.model import OfferTerms, OfferVersion, Program
from app.campaigns.notice import announce
from app.campaigns.publish import publish
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows import derive_awards, issue_code, reevaluate
from app.flows.desk import Desk
from app.shops import store as shops


@dataclass(frozen=True)
class Publication:
    """What is published, and on what conditions."""

    terms: OfferTerms
    effective_from: datetime
    agreed: str | None
    """Who of the creators agreed to less than the notice, and how; None: they have their notice."""
    reprice: bool
    """The orders placed since a day gone by are priced again; the merchant was asked."""


def publish_offer(
    session: ShopSession, desk: Desk, program: Program, asked: Publication, *, actor: str, now: datetime
) -> OfferVersion | None:
    """Publish the next version and do all that follows from it; None when these terms stand there already.

    Everybody who can earn in the program is noted as told. Orders since a day gone by are queued to be
    priced again. A draft with these terms is used up. Raises NoticeTooShort, OfferClash.
    """
    is_first = not store.versions_of(session, program.id)
    published = publish(
        session,
        program,
        asked.terms,
        effective_from=asked.effective_from,
        # Of a day to come nothing has been priced yet: the later decision replaces the earlier one.
        reprice=asked.reprice or asked.effective_from > now,
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
    if not is_first:
        enrolled = creators.earning_in(session, program.id)
        announce(session, program, published, enrolled=enrolled, actor=actor, now=now)
    _follow(session, desk, published, now)
    return published


def _follow(session: ShopSession, desk: Desk, published: OfferVersion, now: datetime) -> None:
    """Let Shopify have the discount when it holds, and price again what was placed and owed since."""
    start = published.effective_from
    derive_awards.request(session, desk.queue, session.shop_id)
    if not shops.get(session, session.shop_id).offline:
        issue_code.request(session, desk.queue, published.program_id, at=start if start > now else None)
    if start < now:
        reevaluate.request(session, desk.queue, placed_from=start, codes=None)
