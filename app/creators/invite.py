"""Take a creator into the shop, and keep what is known of them right."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from app.audit.store import record
from app.creators import store
from app.creators.model import Contact, Creator, HandleTaken
from app.db.session import ShopSession
from app.kernel.change import Change

Pseudonym = Callable[[str], bytes]
"""The shop's keyed pseudonym of an e-mail; self-referral compares nothing else."""


def invite(
    session: ShopSession, handle: str, contact: Contact, *, pseudonym: Pseudonym, actor: str, now: datetime
) -> Creator:
    """Add a creator. Raises HandleTaken."""
    key = _key(contact, pseudonym)
    if not store.add_creator(session, handle, contact, email_key=key, now=now):
        raise HandleTaken(handle)
    _record(session, "creator.invited", handle, contact, actor=actor, now=now)
    return store.creator(session, handle)


def change(
    session: ShopSession, handle: str, contact: Contact, *, pseudonym: Pseudonym, actor: str, now: datetime
) -> Change:
    """Make name, e-mail and profile what they shall be; the handle stays for good. Raises NotFound."""
    before = store.creator(session, handle, lock=True)
    if before.contact == contact:
        return Change.UNCHANGED
    store.change_contact(session, before.id, contact, _key(contact, pseudonym))
    _record(session, "creator.changed", handle, contact, actor=actor, now=now)
    return Change.CHANGED


def _key(contact: Contact, pseudonym: Pseudonym) -> bytes | None:
    return pseudonym(contact.email) if contact.email is not None else None


def _record(
    session: ShopSession, kind: str, handle: str, contact: Contact, *, actor: str, now: datetime
) -> None:
    record(session, kind, subject=handle, actor=actor, facts=msgspec.to_builtins(contact), now=now)
