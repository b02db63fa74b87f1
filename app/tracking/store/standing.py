"""Whether a code is ours in Shopify: refused there, or adopted as the merchant made it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from app.db.session import ShopSession
from app.tracking.model import CodeState
from app.tracking.tables import Code as CodeRow


def mark_refused(session: ShopSession, folded: Sequence[str], now: datetime) -> list[str]:
    """Let those of these codes that never worked be no evidence; they are returned, sorted."""
    refused = (
        update(CodeRow)
        .where(CodeRow.folded.in_(folded), CodeRow.active_at.is_(None), CodeRow.refused_at.is_(None))
        .values(refused_at=now)
        .returning(CodeRow.folded)
    )
    return sorted(session.scalars(refused)) if folded else []


def adopt(session: ShopSession, folded: str, *, since: datetime | None, now: datetime) -> None:
    """Let the code work as it stands in Shopify, in a discount that is not ours to change."""
    session.execute(
        update(CodeRow)
        .where(CodeRow.folded == folded)
        .values(
            state=CodeState.ACTIVE.value,
            adopted=True,
            refused_at=None,
            failure=None,
            bulk_gid=None,
            active_at=now,
            valid_from=since,
        )
    )


def forget_active(session: ShopSession, code_ids: Sequence[int]) -> None:
    """Say that these never worked."""
    session.execute(update(CodeRow).where(CodeRow.id.in_(code_ids)).values(active_at=None))
