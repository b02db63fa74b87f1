"""Which customer of the shop a creator is: their own orders never earn."""

from datetime import datetime

from app.audit.store import record
from app.creators import store
from app.db.session import ShopSession
from app.kernel.change import Change


def set_customer(
    session: ShopSession, handle: str, key: bytes | None, *, actor: str, now: datetime
) -> Change:
    """Keep the pseudonym of the creator's own customer record; None: there is none. Raises NotFound.

    The log keeps the pseudonym, too: it is enough to compare by, and may outlive a request to forget the customer.
    """
    creator = store.creator(session, handle, lock=True)
    if store.keys_of(session, creator.id).customer == key:
        return Change.UNCHANGED
    store.set_customer_key(session, creator.id, key)
    facts = {"customer_key": key.hex() if key is not None else None}
    record(session, "creator.customer_set", subject=handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED
