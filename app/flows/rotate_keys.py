"""Write every sealed secret again under the newest key, and have web pixels signed with it."""

from collections.abc import Callable, Sequence

from app.db.locks import NamedLocks
from app.db.session import ShopSession
from app.flows.switch_on_pixel import JOB as PIXEL
from app.jobs.queue import Queue
from app.kernel.ids import ShopId
from app.messages import store as messages
from app.payouts import details_store, file_store, provider_store, tax_store
from app.shops import store
from app.shops.store import REFRESH_LOCK
from app.shops.vault import Vault


def rotate_keys(
    open_shop: Callable[[ShopId], ShopSession],
    locks: NamedLocks,
    vault: Vault,
    queue: Queue,
    shop_ids: Sequence[ShopId],
) -> int:
    """Rotate the secrets of these shops, one after the other; returns how many. Safe to run again.

    The account id in a shop's web pixel is signed, too: a job writes the new one where a pixel runs.

    Takes turns with the refresh of tokens: a pair that is renewed in between must not be written
    back. Raises Unreadable, which names the cell, and Busy.
    """
    for shop_id in shop_ids:
        with locks.hold(REFRESH_LOCK.format(shop_id=shop_id)), open_shop(shop_id) as session, session.begin():
            store.rotate_secrets(session, vault, shop_id)
            _rotate_providers(session, vault, shop_id)
            _rotate_payouts(session, vault, shop_id)
            if store.get(session, shop_id).setup.get("web_pixel"):
                queue.defer(session, PIXEL, {"shop_id": shop_id}, once=f"{PIXEL} {shop_id}")
    return len(shop_ids)


def _rotate_providers(session: ShopSession, vault: Vault, shop_id: ShopId) -> None:
    for provider, held in provider_store.connections(session).items():
        sealed = vault.rotate(held.sealed, shop_id, provider_store.column(provider))
        provider_store.reseal(session, provider, sealed)


def _rotate_payouts(session: ShopSession, vault: Vault, shop_id: ShopId) -> None:
    for version in details_store.all_sealed(session):
        if version.sealed is not None:
            cell = details_store.column(version.creator_id, version.version)
            details_store.reseal(session, version.id, vault.rotate(version.sealed, shop_id, cell))
    for file in file_store.all_sealed(session):
        sealed = vault.rotate(file.sealed, shop_id, file_store.column(file.batch))
        file_store.reseal(session, file.id, sealed)
    for form in tax_store.all_sealed(session):
        sealed = vault.rotate(form.sealed, shop_id, tax_store.column(form.creator_id, form.version))
        tax_store.reseal(session, form.id, sealed)
    for message_id, key, held in messages.all_sealed(session):
        messages.reseal(session, message_id, vault.rotate(held, shop_id, messages.column(key)))
