"""Publish the next version of a program's terms."""

from datetime import datetime
from typing import Any

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
    agreed: str | None = None,
) -> OfferVersion | None:
    """Publish the terms from that instant on, and return the version; None when they already stand.

    The first version needs no notice. Raises OfferClash when other terms stand on that instant and
    `reprice` is not asked for, NoticeTooShort when a later version would come within the notice.
    `agreed`: who of the creators agreed to a waived notice, and how, as the merchant says it.
    Source: precision.md 8.
    """
    store.program(session, program.handle, lock=True)  # Two publishers at once take turns.
    versions = store.versions_of(session, program.id)
    standing = max((v for v in versions if v.effective_from == effective_from), key=_number, default=None)
    if standing is not None and standing.terms.digest() == terms.digest():
        return None
    if standing is not None and not reprice:
        raise OfferClash(program.handle, effective_from, standing.version)
    # What was announced for a day to come binds like what holds already; a day gone by is a correction.
    announced = standing is None or effective_from > now
    if versions and announced and effective_from < now + NOTICE and not notice_waived:
        raise NoticeTooShort(program.handle, effective_from, now + NOTICE)
    number = 1 + max(map(_number, versions), default=0)
    offer = store.add_offer(
        session, program.id, terms, version=number, effective_from=effective_from, actor=actor, now=now
    )
    facts = _facts(offer, notice_waived=notice_waived, agreed=agreed)
    record(session, "offer.published", subject=program.handle, actor=actor, facts=facts, now=now)
    return offer


def _facts(offer: OfferVersion, *, notice_waived: bool, agreed: str | None) -> dict[str, Any]:
    return {
        "version": offer.version,
        "effective_from": offer.effective_from.isoformat(),
        "content": msgspec.to_builtins(offer.terms),
        "notice_waived": notice_waived,
        "agreed": agreed,
    }


def _number(version: OfferVersion) -> int:
    return version.version
