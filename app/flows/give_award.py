"""What a person decides about money without an order: a bonus, a gift, a debt let go of; and its undoing.

Each is one row of the decision log and one award, so that replay has it and the creator sees why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.audit.store import record
from app.campaigns import store as campaigns
from app.commissions import award_store
from app.commissions.awards import Award, AwardKind, award_key
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.awards_to_ledger import settle
from app.kernel.currency import LARGEST_MINOR, exponent, major_units
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.period import day_of
from app.shops import store as shops

GIVEN = (AwardKind.BONUS, AwardKind.GIFT)
"""What a person may give."""
MOST_DAYS = 120


class NothingOwed(Conflict):
    """A write-off of more than the creator owes."""

    def __init__(self, creator: str, debt_minor: int, asked_minor: int, currency: str) -> None:
        debt, asked = major_units(debt_minor, currency), major_units(asked_minor, currency)
        super().__init__(f"{creator!r} owes {debt} {currency}, so {asked} {currency} cannot be written off.")


@dataclass(frozen=True)
class Given:
    """A bonus or a gift, as a person gives it."""

    kind: AwardKind
    creator: str
    """Handle."""
    program: str
    """Handle of a program that the creator is in: reports count it there."""
    amount_minor: int
    currency: str
    reason: str
    """For the creator's statement."""
    hold_days: int
    once: str
    """Names this act: sent twice, it happens once."""

    def __post_init__(self) -> None:
        exponent(self.currency)
        if self.kind not in GIVEN:
            raise Invalid(f"{self.kind!r} is not given by hand; choose one of {', '.join(GIVEN)}.")
        if not 0 < self.amount_minor < LARGEST_MINOR:
            raise Invalid(f"The amount is {major_units(self.amount_minor, self.currency)}; give more than 0.")
        if not 0 <= self.hold_days <= MOST_DAYS:
            raise Invalid(f"hold_days is {self.hold_days}; it must be between 0 and {MOST_DAYS}.")


def give(session: ShopSession, given: Given, *, actor: str, now: datetime) -> str:
    """Give it, and bring it to the books at once. Returns its key. Raises NotFound."""
    creator = creators.creator(session, given.creator, lock=True)
    program = campaigns.program(session, given.program)
    creators.enrollment(session, creator.id, program.id)
    key = award_key(given.kind, program.handle, creator.handle, given.once)
    award = Award(
        shop_id=session.shop_id,
        key=key,
        creator_id=creator.id,
        program_id=program.id,
        kind=given.kind,
        amount_minor=given.amount_minor,
        currency=given.currency,
        earned_at=now,
        earned_on=day_of(now, shops.get(session, session.shop_id).timezone),
        matures_at=now + timedelta(days=given.hold_days),
        offer_id=None,
        reason=given.reason,
        actor=actor,
        changed_at=now,
    )
    facts = {"creator": creator.handle, "program": program.handle, "hold_days": given.hold_days}
    _begin(session, award, facts, actor=actor, now=now)
    return key


def write_off(
    session: ShopSession,
    handle: str,
    *,
    amount_minor: int,
    currency: str,
    reason: str,
    once: str,
    actor: str,
    now: datetime,
) -> str:
    """Let go of a debt, or of a part of it, by a person with a reason. Returns its key.

    Raises NotFound, NothingOwed when the creator owes less in that currency.
    """
    creator = creators.creator(session, handle, lock=True)
    key = award_key(AwardKind.WRITE_OFF, currency, creator.handle, once)
    debt = -award_store.payable(session, creator.id, currency)
    if award_store.find(session, session.shop_id, key) is not None:
        return key
    if not 0 < amount_minor <= debt:
        raise NothingOwed(creator.handle, max(debt, 0), amount_minor, currency)
    award = Award(
        shop_id=session.shop_id,
        key=key,
        creator_id=creator.id,
        program_id=None,
        kind=AwardKind.WRITE_OFF,
        amount_minor=amount_minor,
        currency=currency,
        earned_at=now,
        earned_on=day_of(now, shops.get(session, session.shop_id).timezone),
        matures_at=now,
        offer_id=None,
        reason=reason,
        actor=actor,
        changed_at=now,
    )
    _begin(session, award, {"creator": creator.handle, "hold_days": 0}, actor=actor, now=now)
    return key


def revoke(session: ShopSession, key: str, *, reason: str, actor: str, now: datetime) -> bool:
    """Take an award back by a reversing entry; False when that was done before. Raises NotFound."""
    return _turn(session, key, "award.revoked", reason, actor=actor, now=now)


def restore(session: ShopSession, key: str, *, reason: str, actor: str, now: datetime) -> bool:
    """Let a revoked award stand again; False when it stands. Raises NotFound."""
    return _turn(session, key, "award.restored", reason, actor=actor, now=now)


def give_again(
    session: ShopSession, key: str, facts: Mapping[str, Any], *, actor: str, now: datetime
) -> None:
    """Give what the decision log says was given, or let go of it. Replay asks. Raises NotFound.

    Whether there was a debt is not asked again: there was, on that day.
    """
    creator = creators.creator(session, facts["creator"], lock=True)
    program = campaigns.program(session, facts["program"]) if "program" in facts else None
    award = Award(
        shop_id=session.shop_id,
        key=key,
        creator_id=creator.id,
        program_id=program.id if program else None,
        kind=AwardKind(facts["kind"]),
        amount_minor=facts["amount_minor"],
        currency=facts["currency"],
        earned_at=now,
        earned_on=day_of(now, shops.get(session, session.shop_id).timezone),
        matures_at=now + timedelta(days=facts["hold_days"]),
        offer_id=None,
        reason=facts["reason"],
        actor=actor,
        changed_at=now,
    )
    more = {name: facts[name] for name in ("creator", "program", "hold_days") if name in facts}
    _begin(session, award, more, actor=actor, now=now)


def _begin(
    session: ShopSession, award: Award, facts: dict[str, object], *, actor: str, now: datetime
) -> None:
    if not award_store.keep(session, [award]):
        return
    settle(session, [(award.shop_id, award.key)], now)
    said = {
        "kind": str(award.kind),
        "amount_minor": award.amount_minor,
        "currency": award.currency,
        "reason": award.reason,
    }
    record(session, "award.given", subject=award.key, actor=actor, facts=facts | said, now=now)


def _turn(session: ShopSession, key: str, kind: str, reason: str, *, actor: str, now: datetime) -> bool:
    award = award_store.find(session, session.shop_id, key)
    if award is None:
        raise NotFound(f"There is no award {key[:120]!r} in this shop.")
    ref = (session.shop_id, key)
    at = now if kind == "award.revoked" else None
    if not award_store.set_revoked(session, [ref], at, now=now):
        return False
    settle(session, [ref], now)
    record(session, kind, subject=key, actor=actor, facts={"reason": reason}, now=now)
    return True
