"""Sign-up forms, and the applications that wait."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.db.session import ShopSession
from app.kernel.errors import NotFound
from app.storefront.signup import Application, Signup, Waiting
from app.storefront.tables import ApplicationRow, SignupForm

_OPEN = text("""
    select p.id, p.name, f.intro, f.questions, f.terms from signup_forms f
    join programs p on p.shop_id = f.shop_id and p.id = f.program_id
    where f.shop_id = :shop and f.is_on and (cast(:handle as text) = '' or p.handle = :handle)
    order by p.id limit 1
""")
_WAITING = """
    select a.id, p.handle, p.name as program, a.name, a.email, a.channels, a.country, a.answers, a.applied_at
    from applications a join programs p on p.shop_id = a.shop_id and p.id = a.program_id
    where a.shop_id = :shop
"""


class OpenForm(msgspec.Struct, frozen=True):
    """A form that takes applications now."""

    program_id: int
    program: str
    """Name."""
    form: Signup


def form_of(session: ShopSession, program_id: int) -> Signup:
    """The program's form; one that is off when nobody wrote any."""
    row = session.scalars(select(SignupForm).where(SignupForm.program_id == program_id)).one_or_none()
    return Signup() if row is None else Signup(row.is_on, row.intro, tuple(row.questions), row.terms)


def put_form(session: ShopSession, program_id: int, form: Signup, now: datetime) -> None:
    """Let the form be this."""
    values = msgspec.structs.asdict(form) | {"questions": list(form.questions), "changed_at": now}
    statement = insert(SignupForm).values(shop_id=session.shop_id, program_id=program_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "program_id"], set_=values))


def open_form(session: ShopSession, handle: str) -> OpenForm | None:
    """The form of that program, or of the first that has one where `handle` is empty; None when none is on."""
    row = session.execute(_OPEN, {"shop": session.shop_id, "handle": handle}).one_or_none()
    if row is None:
        return None
    return OpenForm(row.id, row.name, Signup(True, row.intro, tuple(row.questions), row.terms))


def waiting_in(session: ShopSession, program_id: int) -> int:
    """How many wait in the program."""
    counted = select(func.count()).select_from(ApplicationRow).where(ApplicationRow.program_id == program_id)
    return session.scalars(counted).one()


def add(session: ShopSession, program_id: int, sent: Application, now: datetime) -> None:
    """Keep the application; a second one of the same address while the first waits changes nothing."""
    statement = insert(ApplicationRow).values(
        shop_id=session.shop_id, program_id=program_id, applied_at=now, **msgspec.structs.asdict(sent)
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["shop_id", "program_id", "email"]))


def waiting(session: ShopSession, *, most: int) -> list[Waiting]:
    """The oldest that wait."""
    rows = session.execute(
        text(f"{_WAITING} order by a.id limit :most"), {"shop": session.shop_id, "most": most}
    )
    return [_waiting(row) for row in rows]


def one(session: ShopSession, number: int) -> Waiting:
    """The application of that number, which others leave alone until commit. Raises NotFound."""
    query = text(f"{_WAITING} and a.id = :id for update of a")
    row = session.execute(query, {"shop": session.shop_id, "id": number}).one_or_none()
    if row is None:
        raise NotFound("This application was decided, or there never was one of this number.")
    return _waiting(row)


def drop(session: ShopSession, number: int) -> None:
    """Nothing of it stays."""
    session.execute(delete(ApplicationRow).where(ApplicationRow.id == number))


def _waiting(row: Row[Any]) -> Waiting:
    sent = Application(row.name, row.email, row.channels, row.country, row.answers)
    return Waiting(row.id, row.handle, row.program, sent, row.applied_at)
