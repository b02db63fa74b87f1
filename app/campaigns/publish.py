"""Publish the next version of a program's terms."""

from datetime import datetime

import msgspec

from app.audit.store import record
from app.campaigns import store
from app.campaigns.model import NOTICE, NoticeTooShort, OfferClash, OfferTerms, OfferVersion, Program
from app.db.session import ShopSession


def publish(
    session: ShopSession,
    program: Program,
    terms: OfferTerms,
    *,
    effective_from: datetime,
    reprice: bool,
    notice_waived: bool,
    actor: str,
    now: datetime,
) -> OfferVersion | None:
    """Publish the terms from that instant on, and return the version; None when they already stand.

    The first version needs no notice. Raises OfferClash when other terms stand on that instant and
    `reprice` is not asked for, NoticeTooShort when a later version would come within the notice.
    Source: precision.md 8.
    """
    store.program(session, program.handle, lock=True)  # Two publishers at once take turns.
    versions = store.versions_of(session, program.id)
    standing = max((v for v in versions if v.effective_from == effective_from), key=_number, default=None)
    if standing is not None and standing.terms.digest() == terms.digest():
        return None
    if standing is not None and not reprice:
        raise OfferClash(program.handle, effective_from, standing.version)
    if versions and standing is None and effective_from < now + NOTICE and not notice_waived:
        raise NoticeTooShort(program.handle, effective_from, now + NOTICE)
    number = 1 + max(map(_number, versions), default=0)
    offer = store.add_offer(
        session, program.id, terms, version=number, effective_from=effective_from, actor=actor, now=now
    )
    facts = {
        "version": number,
        "effective_from": effective_from.isoformat(),
        "content": msgspec.to_builtins(terms),
    }
    record(session, "offer.published", subject=program.handle, actor=actor, facts=facts, now=now)
    return offer


def _number(version: OfferVersion) -> int:
    return version.version
