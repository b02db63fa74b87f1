"""What is earned without an order: fees, bonuses, gifts, write-offs, opening balances. Pure.

An award stands in the books by the one mechanism that orders have: what is posted is target minus posted.
Source: semantics.md 5 and 7.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from app.commissions.model import Position
from app.commissions.movement import ORDER, Cause, Route, move
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Posted


class AwardKind(StrEnum):
    """Kinds that the books treat in a way of their own; any other is a rule's, and earned as commission."""

    FIXED_FEE = "fixed_fee"
    BONUS = "bonus"
    """Of a rule (for joining), or given by a person."""
    GIFT = "gift"
    """What goods cost the merchant; the creator is owed nothing of it."""
    IMPORTED = "imported"
    """What stood in another app. Negative: a debt."""
    WRITE_OFF = "write_off"
    """A debt of the creator's that is let go of."""


class Award(msgspec.Struct, frozen=True):
    """One award. Amounts: minor units of its currency."""

    shop_id: int
    key: str
    """`kind/<program>/<creator>/<suffix>`."""
    creator_id: int
    program_id: int | None
    kind: str
    amount_minor: int
    currency: str
    earned_at: datetime
    earned_on: date
    matures_at: datetime
    offer_id: int | None
    reason: str
    actor: str
    changed_at: datetime
    revoked_at: datetime | None = None
    import_digest: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether it was never on hold."""
        return self.matures_at <= self.earned_at


COUNTED_AS: Mapping[str, Account] = {
    AwardKind.FIXED_FEE: Account.FEE_EXPENSE,
    AwardKind.GIFT: Account.GIFT_EXPENSE,
    AwardKind.IMPORTED: Account.OPENING,
    AwardKind.WRITE_OFF: Account.WRITEOFF,
}
"""The account that bears an award; commission_expense for every other kind."""

OPENS: Mapping[str, EntryKind] = {
    AwardKind.GIFT: EntryKind.GIFT,
    AwardKind.IMPORTED: EntryKind.OPENING,
    AwardKind.WRITE_OFF: EntryKind.WRITE_OFF,
}


def award_key(kind: str, program: str, creator: str, suffix: str) -> str:
    """The natural key of an award."""
    return f"{kind}/{program}/{creator}/{suffix}"


def target(award: Award, as_of: datetime) -> Position:
    """Where it should stand: nowhere once revoked, on hold, owed after it. Goods stay where they are."""
    if award.revoked_at is not None:
        return Position()
    if is_matured(award, as_of):
        return Position(payable=award.amount_minor)
    return Position(pending=award.amount_minor)


def is_matured(award: Award, as_of: datetime) -> bool:
    """Whether its hold is over. A gift is owed to nobody, so it never matures."""
    return award.kind != AwardKind.GIFT and award.matures_at <= as_of


def entries(award: Award, posted: Posted | None, as_of: datetime) -> list[Entry]:
    """What leads from posted to target; none when it stands where it should."""
    cause = Cause(
        shop_id=award.shop_id,
        order_id=None,
        creator_id=award.creator_id,
        currency=award.currency,
        event_id=None,
        caused_at=award.changed_at,
        paid_at=award.earned_at,
        matures_at=award.matures_at,
        posted_entries=posted.entries if posted else 0,
        posted_until=posted.until if posted else None,
        route=_route(award),
        award=award.key,
    )
    stands = Position(posted.pending, posted.payable) if posted else Position()
    return move(stands, target(award, as_of), cause)


def _route(award: Award) -> Route:
    held = Account.GOODS if award.kind == AwardKind.GIFT else ORDER.held
    source, opens = COUNTED_AS.get(award.kind, ORDER.source), OPENS.get(award.kind, ORDER.opens)
    return Route(source, held, ORDER.owed, opens, award.is_direct)
