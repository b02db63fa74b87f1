"""Every query of creators and their enrollments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.creators.model import Contact, Creator, Enrollment, Move, Span
from app.creators.tables import Creator as CreatorRow
from app.creators.tables import Enrollment as EnrollmentRow
from app.db.arrays import plain
from app.db.session import Fenced, ShopSession
from app.kernel.errors import NotFound
from app.kernel.ids import CreatorId, EnrollmentId, ProgramId

PAUSE = text(
    """
    update enrollments set active = active - tstzmultirange(tstzrange(:at, null))
    where shop_id = :shop and id = :id
    """
)
RESUME = text(
    """
    update enrollments set active = active + tstzmultirange(tstzrange(:at, null))
    where shop_id = :shop and id = :id
    """
)
START_AT = text(
    """
    update enrollments set active = tstzmultirange(tstzrange(:at, null)) where shop_id = :shop and id = :id
    """
)


def add_creators(
    session: ShopSession,
    contacts: Mapping[str, Contact],
    email_keys: Mapping[str, bytes | None],
    now: datetime,
) -> dict[str, Creator]:
    """Add the creators, by handle, and return those whose handle was free; the unique key decides between two at once."""
    rows = [
        {
            "shop_id": session.shop_id,
            "handle": handle,
            "name": contact.name,
            "email": contact.email,
            "email_key": email_keys[handle],
            "profile": contact.profile,
            "created_at": now,
        }
        for handle, contact in contacts.items()
    ]
    if not rows:
        return {}
    added = insert(CreatorRow).on_conflict_do_nothing().returning(CreatorRow)
    return {row.handle: _creator(row) for row in session.scalars(added, rows)}


def emails(session: ShopSession, creator_ids: Collection[int]) -> dict[int, str | None]:
    """The address of each of these creators; None: not known."""
    query = select(CreatorRow.id, CreatorRow.email).where(
        CreatorRow.shop_id == session.shop_id, CreatorRow.id.in_(sorted(creator_ids))
    )
    return {row.id: row.email for row in session.execute(query)}


def with_email(session: Fenced, email: str) -> list[tuple[int, int, str]]:
    """(shop, creator, handle) of everybody with this (lower-case) address, in the shops that the session sees."""
    query = select(CreatorRow.shop_id, CreatorRow.id, CreatorRow.handle)
    rows = session.execute(query.where(func.lower(CreatorRow.email) == email))
    return sorted((row.shop_id, row.id, row.handle) for row in rows)


def change_contact(session: ShopSession, creator_id: int, contact: Contact, email_key: bytes | None) -> None:
    """Overwrite what may change about a creator."""
    session.execute(
        update(CreatorRow)
        .where(CreatorRow.id == creator_id)
        .values(name=contact.name, email=contact.email, profile=contact.profile, email_key=email_key)
    )


class Keys(msgspec.Struct, frozen=True):
    """The keyed pseudonyms by which a creator is known as a shopper."""

    email: bytes | None
    customer: bytes | None


def keys_of(session: ShopSession, creator_id: int) -> Keys:
    """By what the creator's own orders are known."""
    row = session.execute(
        select(CreatorRow.email_key, CreatorRow.customer_key).where(CreatorRow.id == creator_id)
    ).one()
    return Keys(row.email_key, row.customer_key)


def set_customer_key(session: ShopSession, creator_id: int, key: bytes | None) -> None:
    """Say which customer the creator is; None: nobody knows of one."""
    session.execute(update(CreatorRow).where(CreatorRow.id == creator_id).values(customer_key=key))


def set_archived(session: ShopSession, creator_id: int, at: datetime | None) -> None:
    """Say since when the creator is archived; None: not any more."""
    session.execute(update(CreatorRow).where(CreatorRow.id == creator_id).values(archived_at=at))


def creator(session: ShopSession, handle: str, *, lock: bool = False) -> Creator:
    """The creator of that handle; `lock` keeps others from changing it until commit. Raises NotFound."""
    wanted = select(CreatorRow).where(CreatorRow.handle == handle).execution_options(populate_existing=True)
    row = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound(f"There is no creator {handle!r} in this shop.")
    return _creator(row)


def creator_of_id(session: ShopSession, creator_id: int) -> Creator:
    """The creator of that id. Raises NotFound."""
    row = session.scalars(select(CreatorRow).where(CreatorRow.id == creator_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such creator in this shop.")
    return _creator(row)


def creators(session: ShopSession, *, archived: bool) -> list[Creator]:
    """Creators of the shop by handle: the archived ones, or those who are not."""
    wanted = select(CreatorRow).where(CreatorRow.archived_at.is_not(None) == archived)
    return [_creator(row) for row in session.scalars(wanted.order_by(CreatorRow.handle))]


def every_creator(session: ShopSession) -> list[Creator]:
    """All creators of the shop, archived or not, by handle."""
    return [_creator(row) for row in session.scalars(select(CreatorRow).order_by(CreatorRow.handle))]


def every_enrollment(session: ShopSession) -> list[Enrollment]:
    """All enrollments of the shop, oldest first."""
    return [_enrollment(row) for row in session.scalars(select(EnrollmentRow).order_by(EnrollmentRow.id))]


def add_enrollments(
    session: ShopSession, creator_ids: Sequence[CreatorId], program_id: int, now: datetime
) -> dict[CreatorId, Enrollment]:
    """Enroll the creators, and return by creator what was not there before."""
    same = {"shop_id": session.shop_id, "program_id": program_id, "created_at": now}
    rows = [{**same, "creator_id": creator_id} for creator_id in creator_ids]
    if not rows:
        return {}
    added = insert(EnrollmentRow).on_conflict_do_nothing().returning(EnrollmentRow)
    return {CreatorId(row.creator_id): _enrollment(row) for row in session.scalars(added, rows)}


def enrollment(session: ShopSession, creator_id: int, program_id: int) -> Enrollment:
    """The creator's enrollment in that program. Raises NotFound."""
    row = session.scalars(
        select(EnrollmentRow)
        .where(EnrollmentRow.creator_id == creator_id, EnrollmentRow.program_id == program_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This creator is not in that program.")
    return _enrollment(row)


def enrollments(session: ShopSession, creator_id: int, *, lock: bool = False) -> list[Enrollment]:
    """Every enrollment of the creator, oldest first."""
    wanted = (
        select(EnrollmentRow)
        .where(EnrollmentRow.creator_id == creator_id)
        .order_by(EnrollmentRow.id)
        .execution_options(populate_existing=True)
    )
    return [_enrollment(row) for row in session.scalars(wanted.with_for_update() if lock else wanted)]


def holding(session: ShopSession, enrollment_id: int, made_at: datetime, at: datetime) -> int:
    """The enrollment that holds then what was given to this one at `made_at`."""
    whose = select(EnrollmentRow.creator_id).where(EnrollmentRow.id == enrollment_id)
    return creator_of_id(session, session.scalars(whose).one()).holder(enrollment_id, made_at, at)


def earning_in(session: ShopSession, program_id: int) -> list[tuple[int, str]]:
    """(enrollment id, creator's handle) of everybody who can earn in the program from now on, by handle."""
    rows = session.execute(
        text(
            "select e.id, c.handle from enrollments e "
            "join creators c on c.shop_id = e.shop_id and c.id = e.creator_id "
            "where e.shop_id = :shop and e.program_id = :program and upper_inf(e.active) "
            "and c.archived_at is null order by c.handle"
        ),
        {"shop": session.shop_id, "program": program_id},
    )
    return [(r.id, r.handle) for r in rows]


def recruiters(
    session: Fenced, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, int, tuple[Span, ...]]]:
    """Who recruited each (shop id, enrollment id): (enrollment id, creator id, when it could earn)."""
    rows = session.execute(
        text(
            "select e.shop_id, e.id, r.id as recruiter_id, r.creator_id, r.active "
            "from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])) as k(shop_id, id) "
            "join enrollments e on e.shop_id = k.shop_id and e.id = k.id "
            "join enrollments r on r.shop_id = e.shop_id and r.id = e.recruiter_id"
        ),
        {"shop_ids": plain(k[0] for k in keys), "ids": plain(k[1] for k in keys)},
    )
    return {
        (r.shop_id, r.id): (r.recruiter_id, r.creator_id, tuple((s.lower, s.upper) for s in r.active))
        for r in rows
    }


def recruiters_in(
    session: ShopSession, program_ids: Sequence[int]
) -> dict[int, tuple[int, int, tuple[Span, ...]]]:
    """Who recruited each enrollment of these programs: (enrollment id, creator id, when it could earn)."""
    asked = session.scalars(
        select(EnrollmentRow.id).where(
            EnrollmentRow.program_id.in_(program_ids), EnrollmentRow.recruiter_id.is_not(None)
        )
    )
    found = recruiters(session, [(session.shop_id, number) for number in asked])
    return {number: recruiter for (_, number), recruiter in found.items()}


def set_recruiter(session: ShopSession, enrollment_id: int, recruiter_id: int | None) -> None:
    """Say by which enrollment it was recruited; None: by nobody."""
    session.execute(
        update(EnrollmentRow).where(EnrollmentRow.id == enrollment_id).values(recruiter_id=recruiter_id)
    )


def recruiter_of(session: ShopSession, enrollment_id: int) -> int | None:
    """The enrollment that recruited it."""
    return session.scalars(select(EnrollmentRow.recruiter_id).where(EnrollmentRow.id == enrollment_id)).one()


def pause(session: ShopSession, enrollment_id: int, at: datetime) -> None:
    """Cut everything from that instant on out of the time in which it could earn."""
    session.execute(PAUSE, {"shop": session.shop_id, "id": enrollment_id, "at": at})


def set_moves(session: ShopSession, creator_id: int, moves: tuple[Move, ...]) -> None:
    """Keep from which program to which the creator changed, and when."""
    session.execute(
        update(CreatorRow).where(CreatorRow.id == creator_id).values(moves=msgspec.to_builtins(moves))
    )


def start_at(session: ShopSession, enrollment_id: int, at: datetime) -> None:
    """Let a new enrollment earn from that instant on, and never before."""
    session.execute(START_AT, {"shop": session.shop_id, "id": enrollment_id, "at": at})


def resume(session: ShopSession, enrollment_id: int, at: datetime) -> None:
    """Let it earn again from that instant on."""
    session.execute(RESUME, {"shop": session.shop_id, "id": enrollment_id, "at": at})


def _creator(row: CreatorRow) -> Creator:
    contact = Contact(row.name, row.email, row.profile)
    moves = msgspec.convert(row.moves, tuple[Move, ...])
    return Creator(CreatorId(row.id), row.handle, contact, row.created_at, row.archived_at, moves)


def _enrollment(row: EnrollmentRow) -> Enrollment:
    spans = tuple((span.lower, span.upper) for span in row.active)
    return Enrollment(EnrollmentId(row.id), CreatorId(row.creator_id), ProgramId(row.program_id), spans)
