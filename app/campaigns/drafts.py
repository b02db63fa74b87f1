"""Keep the terms that a program shall have next, until somebody publishes or discards them."""

from datetime import datetime

from app.campaigns import store
from app.campaigns.model import Draft, DraftChanged, OfferTerms, Program
from app.db.session import ShopSession


def save(
    session: ShopSession, program: Program, terms: OfferTerms, *, read: str | None, actor: str, now: datetime
) -> Draft:
    """Make these terms the program's draft; there is one, so that nobody publishes another's by mistake.

    `read`: the stamp of the draft that the writer saw, "" for none, None to overwrite whatever stands.
    Raises DraftChanged. Not a decision: a draft decides no money, so it stands in no log.
    """
    store.program(session, program.handle, lock=True)  # Two writers take turns.
    standing = store.draft(session, program.id)
    if read is not None and standing is not None and standing.stamp != read:
        raise DraftChanged(program.handle, standing.saved_by)
    return store.put_draft(session, program.id, Draft(terms, now, actor))


def discard(session: ShopSession, program: Program) -> bool:
    """Forget the draft. Returns whether there was one."""
    return store.drop_draft(session, program.id)
