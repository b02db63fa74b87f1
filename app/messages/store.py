"""Every query of messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import defer

from app.db.session import ShopSession
from app.messages.model import Message
from app.messages.tables import Message as Row

MOST = 200


def column(key: UUID) -> str:
    """The name of the cell that a file is sealed for."""
    return f"message_file:{key}"


def add(session: ShopSession, message: Message, sealed: bytes | None) -> None:
    """Write one; its id is given by the database."""
    row = Row(
        creator_id=message.creator_id,
        is_from_creator=message.is_from_creator,
        order_id=message.order_id,
        body=message.body,
        actor=message.actor,
        written_at=message.written_at,
        file_name=message.file_name,
        file_kind=message.file_kind,
        file_key=message.file_key,
        file_sealed=sealed,
    )
    session.add(row)


def of_creator(session: ShopSession, creator_id: int, most: int | None = MOST) -> list[Message]:
    """What was written to and by a creator, the newest first, without the files themselves. None: all of it."""
    query = (
        select(Row)
        .options(defer(Row.file_sealed))
        .where(Row.creator_id == creator_id)
        .order_by(Row.id.desc())
        .limit(most)
    )
    return [_message(row) for row in session.scalars(query)]


def unread(session: ShopSession) -> list[int]:
    """The creators whose messages nobody at the shop has read, those who wait longest first."""
    query = (
        select(Row.creator_id).where(Row.read_at.is_(None), Row.is_from_creator.is_(True)).order_by(Row.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def mark_read(session: ShopSession, creator_id: int, *, by_creator: bool, now: datetime) -> None:
    """One side has seen what the other wrote."""
    session.execute(
        update(Row)
        .where(
            Row.shop_id == session.shop_id,
            Row.creator_id == creator_id,
            Row.is_from_creator.is_(not by_creator),
            Row.read_at.is_(None),
        )
        .values(read_at=now)
    )


def file(session: ShopSession, creator_id: int, message_id: int) -> tuple[Message, bytes] | None:
    """A message of that creator with its sealed file; None: there is none."""
    query = select(Row).where(Row.creator_id == creator_id, Row.id == message_id)
    row = session.scalars(query).one_or_none()
    if row is None or row.file_sealed is None:
        return None
    return _message(row), row.file_sealed


def all_sealed(session: ShopSession) -> list[tuple[int, UUID, bytes]]:
    """(id, key, sealed file) of every message with one, for a change of keys."""
    query = select(Row.id, Row.file_key, Row.file_sealed).where(Row.file_sealed.is_not(None)).order_by(Row.id)
    return [(row.id, row.file_key, row.file_sealed) for row in session.execute(query)]


def reseal(session: ShopSession, message_id: int, sealed: bytes) -> None:
    """The same file, under another key."""
    session.execute(
        update(Row).where(Row.shop_id == session.shop_id, Row.id == message_id).values(file_sealed=sealed)
    )


def _message(row: Row) -> Message:
    return Message(
        row.id,
        row.creator_id,
        row.is_from_creator,
        row.order_id,
        row.body,
        row.actor,
        row.written_at,
        row.read_at,
        row.file_name,
        row.file_kind,
        row.file_key,
    )
