"""Forgetting people who signed in."""

from sqlalchemy import delete, select

from app.db.session import Fenced
from app.identities.tables import (
    Identity,
    IdentityMembership,
    Passkey,
    PasskeyChallenge,
    PortalSession,
    SignInLink,
)
from app.kernel.ids import ShopId


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Nobody is a creator of this shop any more; who is one nowhere else is forgotten whole."""
    left = session.scalars(
        delete(IdentityMembership)
        .where(IdentityMembership.shop_id == shop_id)
        .returning(IdentityMembership.identity_id)
    ).all()
    elsewhere = set(
        session.scalars(
            select(IdentityMembership.identity_id).where(IdentityMembership.identity_id.in_(left))
        )
    )
    forget(session, sorted(set(left) - elsewhere))


def leave(session: Fenced, shop_id: int, creator_id: int) -> None:
    """The person is not this creator any more."""
    session.execute(
        delete(IdentityMembership).where(
            IdentityMembership.shop_id == shop_id, IdentityMembership.creator_id == creator_id
        )
    )


def forget(session: Fenced, identity_ids: list[int]) -> None:
    """These people whole: sessions, passkeys, links, addresses."""
    for table in (IdentityMembership, SignInLink, PortalSession, Passkey, PasskeyChallenge):
        session.execute(delete(table).where(table.identity_id.in_(identity_ids)))
    session.execute(delete(Identity).where(Identity.id.in_(identity_ids)))
