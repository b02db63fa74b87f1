"""What Shopify says of products: kept with its time, and the orders it concerns are judged again."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from app.campaigns import store as campaigns
from app.catalog import store
from app.catalog.model import ProductVersion, folded
from app.commissions.lane_store import take_turns
from app.db.session import BatchSession
from app.flows import catalogue_requests as requests
from app.flows.desk import Desk
from app.inbox.model import StoredEvent
from app.kernel.errors import Invalid
from app.shops.store import ShopContext

REREAD_TOPIC = "catalog/reread"
"""Ours: products as GraphQL tells them, with their collections (flows/reread_catalogue)."""

CATALOGUE_TOPICS = frozenset({"products/create", "products/update", REREAD_TOPIC})
"""What orders are priced by besides themselves; replay hears them before any order."""

T = TypeVar("T")
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class _Product(msgspec.Struct):
    id: Id
    updated_at: datetime
    tags: str = ""


class _Gone(msgspec.Struct):
    id: Id


class Reread(msgspec.Struct):
    """One product of a re-read."""

    id: Id
    collections: list[str]
    tags: list[str] | None = None
    """None: this does not tell them (who was in no collection when one was read)."""


class RereadBody(msgspec.Struct):
    """The body of `catalog/reread`: true since `read_at`."""

    read_at: datetime
    products: list[Reread]


def product_changed(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """products/create, products/update: the tags. A webhook does not tell the collections, so they are asked for.

    Raises Invalid.
    """
    said = _read(event, _Product)
    if said.updated_at.tzinfo is None:
        raise Invalid(f"This {event.topic} has a time without its zone: {said.updated_at}.")
    version = ProductVersion(said.id, said.updated_at, folded(said.tags.split(",")), None)
    if _keep(session, shop, [version]) and _named(session, shop, now):
        requests.product(session, desk.queue, shop.id, said.id)
    return None


def collection_changed(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """collections/create, update, delete: who is in it is asked for, if an offer names it. Raises Invalid."""
    number = str(_read(event, _Gone).id)
    if number not in _named(session, shop, now):
        return "No offer of this shop names the collection."
    requests.collections(session, desk.queue, shop.id, number)
    return None


def product_deleted(
    _session: BatchSession, event: StoredEvent, _shop: ShopContext, _desk: Desk, _now: datetime
) -> str | None:
    """products/delete: what was true of it stays true for the orders that were placed. Raises Invalid."""
    _read(event, _Gone)
    return "What was known of the product stays for the orders that hold it."


def products_reread(
    session: BatchSession, event: StoredEvent, shop: ShopContext, _desk: Desk, _now: datetime
) -> str | None:
    """catalog/reread: tags and collections, true since they were read. Raises Invalid."""
    said = _read(event, RereadBody)
    _keep(
        session,
        shop,
        [
            ProductVersion(
                p.id,
                said.read_at,
                None if p.tags is None else folded(p.tags),
                tuple(sorted(set(p.collections))),
            )
            for p in said.products
        ],
    )
    return None


def _named(session: BatchSession, shop: ShopContext, now: datetime) -> list[str]:
    """The collections that offers name; none where nobody could be asked about them."""
    return [] if shop.offline else campaigns.collections_named(session, shop.id, now)


def _keep(session: BatchSession, shop: ShopContext, versions: list[ProductVersion]) -> bool:
    """Keep them, and mark the orders: all of a product's when nothing was known of that, else those since.

    Returns whether an offer goes by products at all.
    """
    asks = campaigns.asks_for_catalogue(session, shop.id)
    if asks:
        # An order that is being priced by what stood before commits a credit that we must see.
        take_turns(session, [store.turn(shop.id)])
    held = store.versions(session, {(shop.id, v.product_id) for v in versions})
    store.keep(session, shop.id, versions)
    if not asks:
        return False
    fresh = [v for v in versions if _tells_more(v, held.get((shop.id, v.product_id), []))]
    first = {v.product_id for v in fresh}
    store.mark_orders(session, shop.id, fresh, is_first=True)
    store.mark_orders(session, shop.id, [v for v in versions if v.product_id not in first], is_first=False)
    return True


def _tells_more(version: ProductVersion, held: list[ProductVersion]) -> bool:
    """Whether it is the earliest that is known, of its tags or of its collections: older orders go by it."""
    of_tags = [v.since for v in held if v.tags is not None]
    of_collections = [v.since for v in held if v.collections is not None]
    return (version.tags is not None and all(version.since < at for at in of_tags)) or (
        version.collections is not None and all(version.since < at for at in of_collections)
    )


def _read(event: StoredEvent, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(event.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This {event.topic} does not describe a product: {error}") from None
