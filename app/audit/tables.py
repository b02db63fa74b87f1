"""The decision log: what people decided, in the order in which they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.base import Base, ShopRow


class Decision(ShopRow, Base):
    """One human decision. Append-only: an undo is another row. Replay reads it beside the inbox."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_kind", "shop_id", "kind", "id"),
        Index("ix_decisions_subject", "shop_id", "subject", "id"),
    )
    kind: Mapped[str]
    """offer.published, creator.enrolled, code.assigned, link.created, event.retried, ..."""
    subject: Mapped[str]
    """What was decided about, by natural key: a handle, a code, an order."""
    actor: Mapped[str]
    """Who: a staff user's id, `cli`, or `system`."""
    decided_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    """Everything that is needed to take the decision again from empty."""
