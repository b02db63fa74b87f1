"""Every query of mails."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Update, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, ShopSession
from app.mail.model import GIVEN_UP, KEPT, SECRET, Letter, State
from app.mail.model import Mail as Waiting
from app.mail.tables import Mail


def put(session: ShopSession, letters: Collection[Letter], now: datetime) -> int:
    """Have them sent, if and only if the caller's transaction commits. What was told before is not told again."""
    rows = [
        {
            "shop_id": session.shop_id,
            "key": one.key,
            "kind": one.kind,
            "to_address": one.to,
            "reply_to": one.reply_to,
            "subject": one.subject,
            "body_text": one.text,
            "body_html": one.html,
            "state": State.QUEUED.value,
            "put_at": now,
            "try_at": now,
        }
        for one in letters
    ]
    if not rows:
        return 0
    statement = insert(Mail).values(rows).on_conflict_do_nothing().returning(Mail.id)
    return len(session.scalars(statement).all())


def claim(session: ShopSession, until: datetime, now: datetime, most: int) -> list[Waiting]:
    """Mails that are due, which nobody else takes before `until`: whoever dies leaves them to be tried again."""
    query = (
        select(Mail)
        .where(Mail.state == State.QUEUED.value, Mail.try_at <= now)
        .order_by(Mail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(query))
    for row in rows:
        row.try_at = until
        row.attempts += 1
    session.flush()
    return [_waiting(row) for row in rows]


def note_sent(session: ShopSession, mail_id: int, now: datetime) -> None:
    """The mail server has taken it. What opens a door is kept no longer than that."""
    values = {"state": State.SENT.value, "sent_at": now, "problem": None}
    session.execute(_one(session, mail_id).values(**values))
    blank = {"body_text": "", "body_html": ""}
    session.execute(_one(session, mail_id).where(Mail.kind.in_(SECRET)).values(**blank))


def note_problem(session: ShopSession, mail: Waiting, problem: str, try_at: datetime | None) -> None:
    """It was not sent; None: it never will be."""
    values: dict[str, object] = {"problem": problem}
    if try_at is None or try_at - mail.put_at > GIVEN_UP:
        values["state"] = State.FAILED.value
    else:
        values["try_at"] = try_at
    session.execute(_one(session, mail.id).values(**values))


def shops_with_mail(session: Fenced, now: datetime) -> list[int]:
    """Of the shops that the session sees, those with a mail that is due."""
    query = select(Mail.shop_id).where(Mail.state == State.QUEUED.value, Mail.try_at <= now).distinct()
    return sorted(session.scalars(query))


def trim(session: Fenced, now: datetime) -> None:
    """Mails that are old enough go, and with them what they say of people."""
    session.execute(delete(Mail).where(Mail.state != State.QUEUED.value, Mail.put_at < now - KEPT))


def _one(session: ShopSession, mail_id: int) -> Update:
    return update(Mail).where(Mail.shop_id == session.shop_id, Mail.id == mail_id)


def _waiting(row: Mail) -> Waiting:
    letter = Letter(
        row.kind, row.to_address, row.key, row.subject, row.body_text, row.body_html, row.reply_to
    )
    return Waiting(row.id, letter, row.put_at, row.attempts)
