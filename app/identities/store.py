"""Every query of people who sign in, except of passkeys."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, PlatformSession
from app.identities.model import LINK_HOLDS, NOTED_EACH, SESSION_HOLDS, Device, Identity, Membership
from app.identities.model import PortalSession as Signed
from app.identities.tables import Identity as Row
from app.identities.tables import IdentityMembership, PasskeyChallenge, PortalSession, SignInLink


def known(session: PlatformSession, email: str, found: Iterable[Membership], now: datetime) -> Identity:
    """The person of that (normal) address, who is these creators and, from now on, no others."""
    made = insert(Row).values(email=email, created_at=now)
    made = made.on_conflict_do_update(index_elements=[Row.email], set_={"email": email})
    identity = _identity(session.execute(made.returning(Row.id, Row.email, Row.language)).one())
    session.execute(delete(IdentityMembership).where(IdentityMembership.identity_id == identity.id))
    rows = [
        {"shop_id": m.shop_id, "creator_id": m.creator_id, "identity_id": identity.id, "since": now}
        for m in sorted(found, key=lambda m: (m.shop_id, m.creator_id))
    ]
    if rows:
        put = insert(IdentityMembership).values(rows)
        # The merchant has given this creator another address: the one before it opens nothing any more.
        changed = {"identity_id": put.excluded.identity_id, "since": put.excluded.since}
        session.execute(put.on_conflict_do_update(index_elements=["shop_id", "creator_id"], set_=changed))
    return identity


def add_link(session: PlatformSession, identity_id: int, digest: bytes, to_path: str, now: datetime) -> None:
    """Note a link that is being mailed. Those before it go on working: mails overtake each other."""
    row = SignInLink(
        digest=digest, identity_id=identity_id, to_path=to_path, made_at=now, expires_at=now + LINK_HOLDS
    )
    session.add(row)


def links_since(session: PlatformSession, identity_id: int, since: datetime) -> int:
    """How many links a person was mailed since then."""
    query = select(func.count()).where(SignInLink.identity_id == identity_id, SignInLink.made_at > since)
    return session.execute(query).scalar_one()


def link(session: PlatformSession, digest: bytes, now: datetime) -> Identity | None:
    """Whose link it is; None: nobody's, used, or too old. Looking does not use it."""
    query = (
        select(Row.id, Row.email, Row.language)
        .join(SignInLink, SignInLink.identity_id == Row.id)
        .where(SignInLink.digest == digest, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    )
    found = session.execute(query).one_or_none()
    return _identity(found) if found is not None else None


def use_link(session: PlatformSession, digest: bytes, now: datetime) -> tuple[int, str] | None:
    """(identity, wanted page) of a link that was not used yet; from now on it is. Two at once: one of them gets None."""
    statement = (
        update(SignInLink)
        .where(SignInLink.digest == digest, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.identity_id, SignInLink.to_path)
    )
    found = session.execute(statement).one_or_none()
    return (found.identity_id, found.to_path) if found is not None else None


def drop_links(session: PlatformSession, identity_id: int) -> None:
    """All links of a person that were not used: whoever signed in needs them no more."""
    session.execute(
        delete(SignInLink).where(SignInLink.identity_id == identity_id, SignInLink.used_at.is_(None))
    )


def open_session(
    session: PlatformSession, identity_id: int, digest: bytes, agent: str, now: datetime
) -> None:
    """Sign a browser in."""
    row = PortalSession(
        digest=digest,
        identity_id=identity_id,
        agent=agent,
        signed_in_at=now,
        seen_at=now,
        expires_at=now + SESSION_HOLDS,
    )
    session.add(row)


def signed(session: PlatformSession, digest: bytes, now: datetime) -> Signed | None:
    """Who is signed in by that cookie; None: nobody. In two statements, and a third each hour."""
    query = (
        select(PortalSession.signed_in_at, PortalSession.seen_at, Row.id, Row.email, Row.language)
        .join(Row, Row.id == PortalSession.identity_id)
        .where(PortalSession.digest == digest, PortalSession.expires_at > now)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    if now - found.seen_at >= NOTED_EACH:
        values = {"seen_at": now, "expires_at": now + SESSION_HOLDS}
        session.execute(update(PortalSession).where(PortalSession.digest == digest).values(**values))
    identity = Identity(found.id, found.email, found.language)
    return Signed(identity, found.signed_in_at, found.seen_at, memberships(session, identity.id))


def memberships(session: Fenced, identity_id: int) -> tuple[Membership, ...]:
    """Which creators a person was when they last signed in."""
    query = (
        select(IdentityMembership.shop_id, IdentityMembership.creator_id)
        .where(IdentityMembership.identity_id == identity_id)
        .order_by(IdentityMembership.shop_id, IdentityMembership.creator_id)
    )
    return tuple(Membership(row.shop_id, row.creator_id) for row in session.execute(query))


def end_session(session: PlatformSession, digest: bytes) -> None:
    """Sign a browser out."""
    session.execute(delete(PortalSession).where(PortalSession.digest == digest))


def devices(session: PlatformSession, identity_id: int, digest: bytes, now: datetime) -> list[Device]:
    """Every signed-in browser of a person, the last used first."""
    query = (
        select(PortalSession)
        .where(PortalSession.identity_id == identity_id, PortalSession.expires_at > now)
        .order_by(PortalSession.seen_at.desc())
    )
    return [
        Device(row.digest.hex()[:16], row.agent, row.signed_in_at, row.seen_at, row.digest == digest)
        for row in session.scalars(query)
    ]


def end_device(session: PlatformSession, identity_id: int, key: str) -> None:
    """Sign out one of a person's browsers; nobody else's."""
    query = select(PortalSession.digest).where(PortalSession.identity_id == identity_id)
    for digest in session.scalars(query):
        if digest.hex()[:16] == key:
            end_session(session, digest)


def put_language(session: PlatformSession, identity_id: int, language: str) -> None:
    """Keep the language that a person chose."""
    session.execute(update(Row).where(Row.id == identity_id).values(language=language))


def languages(session: Fenced, emails: Iterable[str]) -> dict[str, str]:
    """The languages that people chose, by their (normal) addresses; who chose none is left out."""
    query = select(Row.email, Row.language).where(
        Row.email.in_(sorted(set(emails))), Row.language.is_not(None)
    )
    return {row.email: row.language for row in session.execute(query)}


def trim(session: PlatformSession, now: datetime) -> None:
    """What holds no longer goes."""
    for table in (SignInLink, PortalSession, PasskeyChallenge):
        session.execute(delete(table).where(table.expires_at <= now))


def _identity(row: object) -> Identity:
    return Identity(row.id, row.email, row.language)  # type: ignore[attr-defined]
