"""Write what moved into the books. The only way in."""

from collections.abc import Sequence

from app.db.session import Fenced
from app.ledger import store
from app.ledger.model import Entry


def post(session: Fenced, entries: Sequence[Entry]) -> None:
    """Post the entries and move the balances with them, in the caller's transaction.

    An entry whose key is already in the shop's books fails the transaction: the same movement is
    never posted twice. Nothing to post: nothing happens.
    """
    if entries:
        store.insert(session, entries)
