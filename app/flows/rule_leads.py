"""What a person says of leads: approved, rejected, or their earlier word taken back. The money follows."""

from collections.abc import Sequence
from datetime import datetime

from app.audit.model import Decision
from app.audit.store import record_all
from app.db.session import ShopSession
from app.leads import store
from app.leads.model import Ruling

DECIDED = {
    Ruling.APPROVED: "lead.approved",
    Ruling.REJECTED: "lead.rejected",
    None: "lead.ruling_undone",
}


def rule(
    session: ShopSession,
    refs: Sequence[str],
    ruling: Ruling | None,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> list[str]:
    """Let the word about these leads be this. Returns those of which it was another before.

    The caller has what is owed derived again (derive_awards.request).
    """
    changed = store.rule(session, session.shop_id, refs, ruling, reason=reason, actor=actor, now=now)
    facts = {"reason": reason}
    record_all(session, DECIDED[ruling], [(ref, facts) for ref in changed], actor=actor, now=now)
    return changed


def say_again(session: ShopSession, decision: Decision) -> None:
    """Take a decision of the log again."""
    ruling = {kind: ruling for ruling, kind in DECIDED.items()}[decision.kind]
    reason, who = decision.facts["reason"], decision.actor
    rule(session, [decision.subject], ruling, reason=reason, actor=who, now=decision.decided_at)
