"""Every query of passkeys."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.db.session import PlatformSession
from app.identities.model import CHALLENGE_HOLDS
from app.identities.model import Passkey as Key
from app.identities.tables import Passkey, PasskeyChallenge


def ask(
    session: PlatformSession, digest: bytes, challenge: bytes, identity_id: int | None, now: datetime
) -> None:
    """Note a question that a browser was asked."""
    row = PasskeyChallenge(
        digest=digest, challenge=challenge, identity_id=identity_id, expires_at=now + CHALLENGE_HOLDS
    )
    session.add(row)


def asked(session: PlatformSession, digest: bytes, now: datetime) -> tuple[bytes, int | None] | None:
    """(question, who asked); from now on it is answered. None: not asked, answered before, or too long ago."""
    statement = (
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.digest == digest, PasskeyChallenge.expires_at > now)
        .returning(PasskeyChallenge.challenge, PasskeyChallenge.identity_id)
    )
    found = session.execute(statement).one_or_none()
    return (found.challenge, found.identity_id) if found is not None else None


def add(session: PlatformSession, key: Key) -> None:
    """Keep a passkey. One that is known already fails by its id."""
    row = Passkey(
        credential_id=key.credential_id,
        identity_id=key.identity_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=key.name,
        added_at=key.added_at,
    )
    session.add(row)
    session.flush()


def find(session: PlatformSession, credential_id: bytes) -> Key | None:
    """The passkey of that id, held until the transaction ends."""
    row = session.get(Passkey, credential_id, with_for_update=True)
    return _key(row) if row is not None else None


def of(session: PlatformSession, identity_id: int) -> list[Key]:
    """A person's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.identity_id == identity_id).order_by(Passkey.added_at)
    return [_key(row) for row in session.scalars(query)]


def number(session: PlatformSession, identity_id: int) -> int:
    """How many a person has."""
    query = select(func.count()).where(Passkey.identity_id == identity_id)
    return session.execute(query).scalar_one()


def used(session: PlatformSession, credential_id: bytes, sign_count: int, now: datetime) -> None:
    """Note that it was used, and its counter."""
    values = {"sign_count": sign_count, "used_at": now}
    session.execute(update(Passkey).where(Passkey.credential_id == credential_id).values(**values))


def drop(session: PlatformSession, identity_id: int, credential_id: bytes) -> bool:
    """Take a passkey of this person away; False: they have none of that id."""
    statement = (
        delete(Passkey)
        .where(Passkey.identity_id == identity_id, Passkey.credential_id == credential_id)
        .returning(Passkey.credential_id)
    )
    return session.execute(statement).one_or_none() is not None


def _key(row: Passkey) -> Key:
    return Key(
        row.credential_id,
        row.identity_id,
        row.public_key,
        row.sign_count,
        row.name,
        row.added_at,
        row.used_at,
    )
