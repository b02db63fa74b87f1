"""What a human says of a creator's part in an order: approve, deny, hold, and each of it undone.

Each word goes to the decision log and stands in `verdicts` until it is undone; the orders are marked, and
the worker posts target minus posted. Many at once are one statement for each kind of fact.
"""

from collections.abc import Sequence
from datetime import datetime

from app.audit.store import record_all
from app.commissions import verdict_store as store
from app.commissions.model import HELD_BY_HAND, Ruling
from app.commissions.verdict_store import CreditKey, Standing
from app.db.session import ShopSession
from app.kernel.errors import Invalid, NotFound
from app.kernel.words import line
from app.orders.store import rejudge

LONGEST_REASON = 500
MOST = 1000
"""Credits in one decision."""


class NoSuchCredit(NotFound):
    """Nobody of that number is credited with that order."""

    def __init__(self, keys: Sequence[CreditKey]) -> None:
        order, creator = keys[0]
        super().__init__(
            f"Nothing was decided: creator {creator} is credited with order {order} no longer. Load the page anew."
        )


class ReasonMissing(Invalid):
    """A denial without a reason: the creator will ask for it."""

    def __init__(self) -> None:
        super().__init__("Write down why it is denied; the creator is told.")


class TooMany(Invalid):
    """More credits than one decision takes."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} orders at once are too many; choose at most {MOST}.")


def approve(
    session: ShopSession, keys: Sequence[CreditKey], *, reason: str, actor: str, now: datetime
) -> int:
    """Clear the flags that are there now; one that comes later holds the commission again.

    Returns how many credits this changed. Raises NoSuchCredit, TooMany, Invalid; then nothing was decided.
    """
    return _rule(session, keys, Ruling.APPROVED, reason=_reason(reason), actor=actor, now=now)


def deny(session: ShopSession, keys: Sequence[CreditKey], *, reason: str, actor: str, now: datetime) -> int:
    """Take the commission back, also what was paid out. As approve; raises ReasonMissing besides."""
    if not reason.strip():
        raise ReasonMissing
    return _rule(session, keys, Ruling.DENIED, reason=_reason(reason), actor=actor, now=now)


def hold(session: ShopSession, keys: Sequence[CreditKey], *, reason: str, actor: str, now: datetime) -> int:
    """Keep the commission from maturing until another word is said. As approve."""
    return _rule(session, keys, Ruling.HELD, reason=_reason(reason), actor=actor, now=now)


def undo(session: ShopSession, keys: Sequence[CreditKey], *, actor: str, now: datetime) -> int:
    """Take back what was said; flags and time decide again. Credits of which nothing was said stay as they are."""
    standing = _standing(session, keys)
    spoken = [s for s in standing if s.ruling not in {None, Ruling.UNDONE}]
    words = [(s.key, ()) for s in spoken]
    store.put(session, words, Ruling.UNDONE, "", actor=actor, now=now)
    told = [(str(s.order_id), {"creator": s.creator, "undone": s.ruling}) for s in spoken]
    record_all(session, "credit.verdict_undone", told, actor=actor, now=now)
    rejudge.mark(session, {(session.shop_id, s.order_id) for s in spoken})
    return len(spoken)


def say_again(
    session: ShopSession,
    key: CreditKey,
    ruling: Ruling,
    *,
    flags: Sequence[str],
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """What the log says was said, whether or not that creator is credited at the moment. Replay calls this."""
    store.put(session, [(key, tuple(flags))], ruling, reason, actor=actor, now=now)
    rejudge.mark(session, [(session.shop_id, key[0])])


def _rule(
    session: ShopSession,
    keys: Sequence[CreditKey],
    ruling: Ruling,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    changed = [
        (s, cleared)
        for s in _standing(session, keys)
        if not s.says(ruling, cleared := _cleared(s, ruling), reason)
    ]
    store.put(session, [(s.key, cleared) for s, cleared in changed], ruling, reason, actor=actor, now=now)
    told = [
        (str(s.order_id), {"creator": s.creator, "flags": list(cleared), "reason": reason})
        for s, cleared in changed
    ]
    record_all(session, f"credit.{ruling}", told, actor=actor, now=now)
    rejudge.mark(session, {(session.shop_id, s.order_id) for s, _ in changed})
    return len(changed)


def _cleared(standing: Standing, ruling: Ruling) -> tuple[str, ...]:
    """The flags that this word is about: those that are open, and what an approval before it had cleared."""
    if ruling is not Ruling.APPROVED:
        return ()
    before = standing.cleared if standing.ruling is Ruling.APPROVED else ()
    return tuple(sorted({*before, *standing.flags} - {HELD_BY_HAND}))


def _standing(session: ShopSession, keys: Sequence[CreditKey]) -> list[Standing]:
    chosen = sorted(set(keys))
    if len(chosen) > MOST:
        raise TooMany(len(chosen))
    standing = store.standing(session, chosen)
    missing = sorted(set(chosen) - {s.key for s in standing})
    if missing:
        raise NoSuchCredit(missing)
    return standing


def _reason(text: str) -> str:
    return line(text, longest=LONGEST_REASON) if text.strip() else ""
