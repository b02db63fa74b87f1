"""Where creators want to be paid: every version, sealed for its own row."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.creators.tables import Creator
from app.db.session import ShopSession
from app.payouts.tables import PayoutDetails
from app.payouts.ways import Way


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a creator's details, closed."""

    id: int
    creator_id: int
    version: int
    way: Way
    masked: str
    country: str
    bank_name: str | None
    added_at: datetime
    added_by: str
    usable_from: datetime
    sealed: bytes | None = field(repr=False, default=None)
    """None: the creator was erased."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is written of a new one."""

    creator_id: int
    version: int
    way: Way
    masked: str
    country: str
    bank_name: str | None
    sealed: bytes = field(repr=False)
    blind_index: bytes | None = field(repr=False)
    added_at: datetime
    added_by: str
    usable_from: datetime


def column(creator_id: int, version: int) -> str:
    """The name of the cell that a version is sealed for."""
    return f"payout_details:{creator_id}:{version}"


def add(session: ShopSession, new: NewVersion) -> Version:
    """Write a version. Two changes at once: the second fails by its number."""
    row = PayoutDetails(
        creator_id=new.creator_id,
        version=new.version,
        way=new.way.value,
        sealed=new.sealed,
        masked=new.masked,
        country=new.country,
        bank_name=new.bank_name,
        blind_index=new.blind_index,
        added_at=new.added_at,
        added_by=new.added_by,
        usable_from=new.usable_from,
    )
    session.add(row)
    session.flush()
    return _version(row)


def newest(session: ShopSession, creator_id: int) -> Version | None:
    """What the creator wants now; None when nothing was ever said or it was erased."""
    found = versions(session, creator_id)
    return found[0] if found and found[0].sealed is not None else None


def versions(session: ShopSession, creator_id: int) -> list[Version]:
    """All of them, the newest first."""
    query = (
        select(PayoutDetails)
        .where(PayoutDetails.creator_id == creator_id)
        .order_by(PayoutDetails.version.desc())
    )
    return [_version(row) for row in session.scalars(query)]


def next_version(session: ShopSession, creator_id: int) -> int:
    """The number of the version to come."""
    query = select(func.coalesce(func.max(PayoutDetails.version), 0)).where(
        PayoutDetails.shop_id == session.shop_id, PayoutDetails.creator_id == creator_id
    )
    return session.execute(query).scalar_one() + 1


def sharing_with(session: ShopSession, creator_id: int) -> list[str]:
    """Handles of others who have ever had an account that this creator has or had."""
    mine, theirs = PayoutDetails, aliased(PayoutDetails)
    query = (
        select(Creator.handle)
        .join(theirs, (theirs.shop_id == Creator.shop_id) & (theirs.creator_id == Creator.id))
        .join(mine, (mine.shop_id == theirs.shop_id) & (mine.blind_index == theirs.blind_index))
        .where(
            Creator.shop_id == session.shop_id, mine.creator_id == creator_id, theirs.creator_id != creator_id
        )
        .distinct()
    )
    return sorted(session.scalars(query))


def all_sealed(session: ShopSession) -> list[Version]:
    """Every version that holds something, for a change of keys."""
    query = select(PayoutDetails).where(PayoutDetails.sealed.is_not(None)).order_by(PayoutDetails.id)
    return [_version(row) for row in session.scalars(query)]


def reseal(session: ShopSession, version_id: int, sealed: bytes) -> None:
    """The same, under another key."""
    row = PayoutDetails
    session.execute(
        update(row).where(row.shop_id == session.shop_id, row.id == version_id).values(sealed=sealed)
    )


def _version(row: PayoutDetails) -> Version:
    return Version(
        row.id,
        row.creator_id,
        row.version,
        Way(row.way),
        row.masked,
        row.country,
        row.bank_name,
        row.added_at,
        row.added_by,
        row.usable_from,
        row.sealed,
    )
