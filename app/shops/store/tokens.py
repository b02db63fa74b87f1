"""A shop's pair of Admin API tokens, sealed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.shops.store.shops import change
from app.shops.tables import Shop, ShopToken
from app.shops.vault import Vault


@dataclass(frozen=True)
class SealedTokens:
    """A shop's pair of tokens as stored: encrypted by the vault."""

    access_token: bytes = field(repr=False)
    expires_at: datetime
    refresh_token: bytes = field(repr=False)
    refresh_expires_at: datetime


def read_tokens(session: Fenced, shop_id: ShopId) -> SealedTokens | None:
    """The pair as stored now, never as this session saw it before."""
    row = session.execute(
        select(
            ShopToken.access_token,
            ShopToken.expires_at,
            ShopToken.refresh_token,
            ShopToken.refresh_expires_at,
        ).where(ShopToken.shop_id == shop_id)
    ).one_or_none()
    return SealedTokens(*row) if row else None


def write_tokens(session: Fenced, shop_id: ShopId, tokens: SealedTokens) -> None:
    """Replace the pair, both halves at once."""
    values = {
        "access_token": tokens.access_token,
        "expires_at": tokens.expires_at,
        "refresh_token": tokens.refresh_token,
        "refresh_expires_at": tokens.refresh_expires_at,
    }
    session.execute(
        insert(ShopToken)
        .values(shop_id=shop_id, **values)
        .on_conflict_do_update(index_elements=[ShopToken.shop_id], set_=values)
    )


def replace_tokens(session: Fenced, shop_id: ShopId, old: SealedTokens, new: SealedTokens) -> bool:
    """Put the new pair where the old one still is; False when an install or uninstall was faster."""
    done = session.execute(
        update(ShopToken)
        .where(ShopToken.shop_id == shop_id, ShopToken.refresh_token == old.refresh_token)
        .values(
            access_token=new.access_token,
            expires_at=new.expires_at,
            refresh_token=new.refresh_token,
            refresh_expires_at=new.refresh_expires_at,
        )
        .returning(ShopToken.shop_id),
        execution_options={"synchronize_session": False},
    )
    return done.first() is not None


def refresh_tokens_ending(session: Fenced, before: datetime) -> list[ShopId]:
    """Shops, of those this session sees, whose refresh token ends before then."""
    ending = select(ShopToken.shop_id).where(ShopToken.refresh_expires_at < before)
    return [ShopId(shop_id) for shop_id in session.scalars(ending.order_by(ShopToken.shop_id))]


def delete_tokens(session: Fenced, shop_id: ShopId) -> None:
    """Forget the pair; Shopify has revoked it already."""
    session.execute(delete(ShopToken).where(ShopToken.shop_id == shop_id))


REFRESH_LOCK = "tokens of shop {shop_id}"
"""Name of the lock that whoever writes a shop's tokens holds."""


def rotate_secrets(session: Fenced, vault: Vault, shop_id: ShopId) -> None:
    """Write everything sealed of this shop again under the newest key. Raises Unreadable."""
    sealed_key = session.scalar(select(Shop.shop_key).where(Shop.id == shop_id))
    if sealed_key:
        change(session, shop_id, shop_key=vault.rotate(sealed_key, shop_id, "shop_key"))
    pair = read_tokens(session, shop_id)
    if pair:
        fresh = SealedTokens(
            access_token=vault.rotate(pair.access_token, shop_id, "access_token"),
            expires_at=pair.expires_at,
            refresh_token=vault.rotate(pair.refresh_token, shop_id, "refresh_token"),
            refresh_expires_at=pair.refresh_expires_at,
        )
        write_tokens(session, shop_id, fresh)
