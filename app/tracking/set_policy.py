"""Say when a code is evidence for its creator."""

from datetime import datetime

from app.audit.store import record
from app.campaigns.crediting import CreditPolicy, PolicySince, policy_at
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.tracking import store
from app.tracking.model import fold


def set_policy(
    session: ShopSession, code: str, policy: CreditPolicy, *, is_new: bool, actor: str, now: datetime
) -> Change:
    """Hold it for orders placed from now on; for a code that was just made, for all. Raises NotFound."""
    standing = store.code(session, code)
    if standing is None:
        raise NotFound(f"There is no code {code[:80]!r} in this shop.")
    if policy_at(standing.policies, now) is policy:
        return Change.UNCHANGED
    since = PolicySince(None if is_new else now, policy)
    store.set_policies(session, standing.id, (*standing.policies, since))
    facts = {"credit": policy, "from": since.start.isoformat() if since.start else None}
    record(session, "code.credit_policy", subject=fold(code), actor=actor, facts=facts, now=now)
    return Change.CHANGED
