"""Bring the books to where awards should stand: given, owed, revoked, past their hold. Idempotent."""

from collections.abc import Sequence
from datetime import datetime

from app.commissions import award_store
from app.commissions.award_store import AwardRef
from app.commissions.awards import entries, is_matured
from app.db.session import Fenced
from app.ledger import store as books
from app.ledger.post import post
from app.reports.rollup import mark_dirty


def settle(session: Fenced, refs: Sequence[AwardRef], as_of: datetime) -> None:
    """Post target minus posted for each of these awards, in the caller's transaction.

    As for orders: nothing changed, nothing is posted.
    """
    if not refs:
        return
    awards = award_store.lock(session, refs)
    posted = books.posted_awards(session, refs)
    post(session, [e for a in awards for e in entries(a, posted.get((a.shop_id, a.key)), as_of)])
    award_store.note_matured(session, [((a.shop_id, a.key), is_matured(a, as_of)) for a in awards])
    mark_dirty(session, award_store.days(awards))
