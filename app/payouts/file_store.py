"""Files for banks, as they were first written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import ShopSession
from app.payouts.tables import PayoutFile


@dataclass(frozen=True, slots=True)
class File:
    """A kept file, closed."""

    id: int
    run_id: int
    batch: UUID
    payouts: tuple[int, ...]
    name: str
    sha256: str
    written_at: datetime
    sealed: bytes = field(repr=False)


def column(batch: UUID) -> str:
    """The name of the cell that a file is sealed for."""
    return f"payout_file:{batch}"


def keep(session: ShopSession, file: File) -> Sequence[int]:
    """Keep it, unless its batch has one: the first one stays. Returns the payouts in the one that is kept."""
    statement = insert(PayoutFile).values(
        shop_id=session.shop_id,
        run_id=file.run_id,
        batch=file.batch,
        payouts=list(file.payouts),
        name=file.name,
        sealed=file.sealed,
        sha256=file.sha256,
        written_at=file.written_at,
    )
    session.execute(statement.on_conflict_do_nothing())
    kept = of_batch(session, file.batch)
    return kept.payouts if kept else ()


def of_batch(session: ShopSession, batch: UUID) -> File | None:
    """The file of a batch."""
    row = session.scalars(select(PayoutFile).where(PayoutFile.batch == batch)).one_or_none()
    return _file(row) if row is not None else None


def of_run(session: ShopSession, run_id: int) -> list[File]:
    """The files of a run, by name."""
    rows = session.scalars(select(PayoutFile).where(PayoutFile.run_id == run_id).order_by(PayoutFile.name))
    return [_file(row) for row in rows]


def all_sealed(session: ShopSession) -> list[File]:
    """Every file of the shop, for a change of keys."""
    return [_file(row) for row in session.scalars(select(PayoutFile).order_by(PayoutFile.id))]


def reseal(session: ShopSession, file_id: int, sealed: bytes) -> None:
    """The same, under another key."""
    row = PayoutFile
    session.execute(
        update(row).where(row.shop_id == session.shop_id, row.id == file_id).values(sealed=sealed)
    )


def _file(row: PayoutFile) -> File:
    return File(
        row.id, row.run_id, row.batch, tuple(row.payouts), row.name, row.sha256, row.written_at, row.sealed
    )
