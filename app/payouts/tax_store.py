"""Tax forms as they were uploaded: every version, sealed for its own row."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import defer

from app.creators.tables import Creator
from app.db.session import ShopSession
from app.kernel.errors import NotFound
from app.payouts.tables import TaxFormFile as Row
from app.payouts.tax import FormStatus, TaxForm


@dataclass(frozen=True, slots=True)
class Form:
    """One form, without its file."""

    id: int
    creator_id: int
    version: int
    kind: TaxForm
    signed_on: date
    valid_until: date | None
    file_name: str
    file_kind: str
    size: int
    sha256: str
    received_at: datetime
    received_by: str
    status: FormStatus = FormStatus.RECEIVED
    reason: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The closed file of a form."""

    id: int
    creator_id: int
    version: int
    sealed: bytes = field(repr=False)


class NoSuchForm(NotFound):
    """A number that no form of this creator has."""

    def __init__(self, form_id: int) -> None:
        super().__init__(f"There is no tax form {form_id} of this creator.")


def column(creator_id: int, version: int) -> str:
    """The name of the cell that a file is sealed for."""
    return f"tax_form:{creator_id}:{version}"


def add(session: ShopSession, form: Form, sealed: bytes) -> Form:
    """Write a new one; the database gives its id. Two at once: the second fails by its version."""
    row = Row(
        creator_id=form.creator_id,
        version=form.version,
        kind=form.kind.value,
        signed_on=form.signed_on,
        valid_until=form.valid_until,
        file_name=form.file_name,
        file_kind=form.file_kind,
        size=form.size,
        sha256=form.sha256,
        sealed=sealed,
        received_at=form.received_at,
        received_by=form.received_by,
        status=form.status.value,
    )
    session.add(row)
    session.flush()
    return _form(row)


def next_version(session: ShopSession, creator_id: int) -> int:
    """The number of the version to come."""
    query = select(func.coalesce(func.max(Row.version), 0)).where(
        Row.shop_id == session.shop_id, Row.creator_id == creator_id
    )
    return session.execute(query).scalar_one() + 1


def of_creator(session: ShopSession, creator_id: int) -> list[Form]:
    """All of a creator, the newest first."""
    query = (
        select(Row)
        .options(defer(Row.sealed))
        .where(Row.creator_id == creator_id)
        .order_by(Row.version.desc())
    )
    return [_form(row) for row in session.scalars(query)]


def get(session: ShopSession, creator_id: int, form_id: int, *, lock: bool = False) -> Form:
    """One form of that creator. Raises NoSuchForm."""
    query = select(Row).options(defer(Row.sealed)).where(Row.creator_id == creator_id, Row.id == form_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NoSuchForm(form_id)
    return _form(row)


def decide(
    session: ShopSession, form_id: int, status: FormStatus, reason: str | None, *, actor: str, now: datetime
) -> None:
    """Write what a person said of it."""
    session.execute(
        update(Row)
        .where(Row.shop_id == session.shop_id, Row.id == form_id)
        .values(status=status.value, reason=reason, decided_at=now, decided_by=actor)
    )


def waiting(session: ShopSession) -> list[tuple[str, str]]:
    """(handle, name) of the creators whose form nobody has looked at, those who wait longest first."""
    query = (
        select(Creator.handle, Creator.name)
        .join(Row, (Row.shop_id == Creator.shop_id) & (Row.creator_id == Creator.id))
        .where(Row.status == FormStatus.RECEIVED.value)
        .order_by(Row.id)
    )
    return list(dict.fromkeys((row.handle, row.name) for row in session.execute(query)))


def file(session: ShopSession, creator_id: int, form_id: int) -> bytes:
    """The closed file. Raises NoSuchForm."""
    query = select(Row.sealed).where(
        Row.shop_id == session.shop_id, Row.creator_id == creator_id, Row.id == form_id
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NoSuchForm(form_id)
    return found


def all_sealed(session: ShopSession) -> list[Sealed]:
    """Every file, for a change of keys."""
    query = (
        select(Row.id, Row.creator_id, Row.version, Row.sealed)
        .where(Row.shop_id == session.shop_id)
        .order_by(Row.id)
    )
    return [Sealed(row.id, row.creator_id, row.version, row.sealed) for row in session.execute(query)]


def reseal(session: ShopSession, form_id: int, sealed: bytes) -> None:
    """The same file, under another key."""
    session.execute(
        update(Row).where(Row.shop_id == session.shop_id, Row.id == form_id).values(sealed=sealed)
    )


def _form(row: Row) -> Form:
    return Form(
        row.id,
        row.creator_id,
        row.version,
        TaxForm(row.kind),
        row.signed_on,
        row.valid_until,
        row.file_name,
        row.file_kind,
        row.size,
        row.sha256,
        row.received_at,
        row.received_by,
        FormStatus(row.status),
        row.reason,
        row.decided_at,
        row.decided_by,
    )
