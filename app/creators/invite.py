"""Take a creator into the shop, and keep what is known of them right."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from app.audit.store import record, record_all
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
    return invite_all(session, {handle: contact}, pseudonym=pseudonym, actor=actor, now=now)[handle]


def invite_all(
    session: ShopSession,
    contacts: Mapping[str, Contact],
    *,
    pseudonym: Pseudonym,
    actor: str,
    now: datetime,
) -> dict[str, Creator]:
    """Add many creators, by handle. Raises HandleTaken for the first whose handle another one has."""
    keys = {handle: _key(contact, pseudonym) for handle, contact in contacts.items()}
    added = store.add_creators(session, contacts, keys, now)
    for handle in contacts:
        if handle not in added:
            raise HandleTaken(handle)
    decided = [(handle, msgspec.to_builtins(contact)) for handle, contact in contacts.items()]
    record_all(session, "creator.invited", decided, actor=actor, now=now)
    return added


def change(
    session: ShopSession, handle: str, contact: Contact, *, pseudonym: Pseudonym, actor: str, now: datetime
) -> Change:
    """Make name, e-mail and profile what they shall be; the handle stays for good. Raises NotFound."""
    before = store.creator(session, handle, lock=True)
    if before.contact == contact:
        return Change.UNCHANGED
    store.change_contact(session, before.id, contact, _key(contact, pseudonym))
    facts = msgspec.to_builtins(contact)
    record(session, "creator.changed", subject=handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED


def _key(contact: Contact, pseudonym: Pseudonym) -> bytes | None:
    return pseudonym(contact.email) if contact.email is not None else None
