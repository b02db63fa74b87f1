"""What a creator says about a flag of one of their orders. They write it in the portal, or staff does for them."""

from datetime import datetime

from app.audit.store import record
from app.db.session import ShopSession
from app.fraud import word_store as store
from app.kernel.words import line

LONGEST = 1000


def answer_flag(
    session: ShopSession, order_id: int, creator_id: int, text: str, *, actor: str, now: datetime
) -> None:
    """Keep the answer beside the flags; a later one takes its place, and all stay in the log.

    Raises Invalid when there is nothing in it, and NotFlagged.
    """
    answer = line(text, longest=LONGEST)
    creator, flags = store.flags_of(session, order_id, creator_id)
    store.keep_answer(session, order_id, creator_id, answer, actor=actor, now=now)
    facts = {"creator": creator, "flags": flags, "answer": answer}
    record(session, "flag.answered", subject=str(order_id), actor=actor, facts=facts, now=now)
