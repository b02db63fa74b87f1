"""Say when a code is evidence for its creator."""

from collections.abc import Sequence
from datetime import datetime

from app.audit.store import record_all
from app.campaigns.crediting import CreditPolicy, PolicySince, policy_at
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.tracking import store
from app.tracking.model import Code


def set_policy(
    session: ShopSession, code: str, policy: CreditPolicy, *, is_new: bool, actor: str, now: datetime
) -> Change:
    """Hold it for orders placed from now on; for a code that was just made, for all. Raises NotFound."""
    standing = store.code(session, code)
    if standing is None:
        raise NotFound(f"There is no code {code[:80]!r} in this shop.")
    changed = set_policies(session, [(standing, policy)], is_new=is_new, actor=actor, now=now)
    return Change.CHANGED if changed else Change.UNCHANGED


def set_policies(
    session: ShopSession,
    wanted: Sequence[tuple[Code, CreditPolicy]],
    *,
    is_new: bool,
    actor: str,
    now: datetime,
) -> set[str]:
    """The same for many codes as they stand. Returns the folded codes of which it did not hold yet."""
    since = None if is_new else now
    changing = [(code, policy) for code, policy in wanted if policy_at(code.policies, now) is not policy]
    store.set_policies(session, {c.id: (*c.policies, PolicySince(since, policy)) for c, policy in changing})
    start = since.isoformat() if since else None
    decided = [(code.folded, {"credit": policy, "from": start}) for code, policy in changing]
    record_all(session, "code.credit_policy", decided, actor=actor, now=now)
    return {code.folded for code, _ in changing}
