"""Where a creator is to be paid: a new version, sealed, on hold for three days, written into the log."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from app.audit import store as audit
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.payout_letters import tell_of_details
from app.kernel.ids import ShopId
from app.payouts import details as values
from app.payouts import details_store
from app.payouts.details import Details
from app.payouts.details_store import NewVersion, Version
from app.payouts.hosted import ByHand, ShopCustomer
from app.payouts.store import Held
from app.shops.vault import Vault

KIND = "payout_details.changed"
HOLD = timedelta(hours=72)
"""Whoever stole a sign-in gets nothing for three days, and the owner hears of it at once."""


def change(
    session: ShopSession,
    vault: Vault,
    handle: str,
    details: Details,
    *,
    shop_key: bytes,
    actor: str,
    now: datetime,
) -> Version:
    """Write a version that is paid to after the hold. The same account again changes nothing.

    What the merchant decides (store credit, by hand) holds at once: nobody else can have entered it.
    """
    creator = creators.creator(session, handle, lock=True)
    before = details_store.newest(session, creator.id)
    if before is not None and opened(vault, ShopId(session.shop_id), before) == details:
        return before
    number = details_store.next_version(session, creator.id)
    cell = details_store.column(creator.id, number)
    by_merchant = isinstance(details, ShopCustomer | ByHand)
    made = details_store.add(
        session,
        NewVersion(
            creator_id=creator.id,
            version=number,
            way=details.way,
            masked=details.masked,
            country=details.country,
            bank_name=getattr(details, "bank_name", None),
            sealed=vault.seal(values.to_seal(details), ShopId(session.shop_id), cell),
            blind_index=None if by_merchant else _index(details, shop_key),
            added_at=now,
            added_by=actor,
            usable_from=now if by_merchant else now + HOLD,
        ),
    )
    audit.record(session, KIND, subject=creator.handle, actor=actor, facts=_facts(before, made), now=now)
    tell_of_details(session, creator.handle, before, made, now)
    return made


def _facts(before: Version | None, made: Version) -> dict[str, object]:
    return {
        "version": made.version,
        "way": made.way.value,
        "before": before.masked if before else None,
        "after": made.masked,
        "usable_from": made.usable_from.isoformat(),
    }


def opened(vault: Vault, shop_id: ShopId, version: Version) -> Details | None:
    """What a version says; None once it was erased. Raises Unreadable."""
    if version.sealed is None:
        return None
    cell = details_store.column(version.creator_id, version.version)
    return values.unsealed(vault.open(version.sealed, shop_id, cell))


def opener(vault: Vault) -> Callable[[ShopId, Held], Details | None]:
    """Opens the version that a payout is frozen to."""

    def of(shop_id: ShopId, held: Held) -> Details | None:
        if held.sealed is None:
            return None
        cell = details_store.column(held.creator_id, held.details_version)
        return values.unsealed(vault.open(held.sealed, shop_id, cell))

    return of


def _index(details: Details, shop_key: bytes) -> bytes:
    """Under a key of its own: what finds accounts must not be what finds customers."""
    key = hashlib.sha256(b"payout account:" + shop_key).digest()
    return bytes.fromhex(values.blind_index(details, key))
