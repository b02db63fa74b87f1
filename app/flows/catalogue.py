"""What Shopify says of products: kept with its time, and the orders it concerns are judged again."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from app.campaigns import store as campaigns
from app.catalog import store
from app.catalog.model import ProductVersion, folded
from app.commissions.lane_store import take_turns
from app.db.session import BatchSession
from app.flows.desk import Desk
from app.inbox.model import StoredEvent
from app.kernel.errors import Invalid
from app.shops.store import ShopContext

REREAD_TOPIC = "catalog/reread"
"""Ours: products as GraphQL tells them, with their collections (flows/reread_catalogue)."""

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
    tags: list[str]
    collections: list[str]


class RereadBody(msgspec.Struct):
    """The body of `catalog/reread`."""

    read_at: datetime
    products: list[Reread]


def product_changed(
    session: BatchSession, event: StoredEvent, shop: ShopContext, _desk: Desk, _now: datetime
) -> str | None:
    """products/create, products/update: the tags. A webhook does not tell the collections. Raises Invalid."""
    said = _read(event, _Product)
    if said.updated_at.tzinfo is None:
        raise Invalid(f"This {event.topic} has a time without its zone: {said.updated_at}.")
    _keep(session, shop, [ProductVersion(said.id, said.updated_at, folded(said.tags.split(",")), None)])
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
            ProductVersion(p.id, said.read_at, folded(p.tags), tuple(sorted(set(p.collections))))
            for p in said.products
        ],
    )
    return None


def _keep(session: BatchSession, shop: ShopContext, versions: list[ProductVersion]) -> None:
    """Keep them, and mark the orders: all of a product's when nothing was known of that, else those since."""
    asks = campaigns.asks_for_catalogue(session, shop.id)
    if asks:
        # An order that is being priced by what stood before commits a credit that we must see.
        take_turns(session, [store.turn(shop.id)])
    held = store.versions(session, {(shop.id, v.product_id) for v in versions})
    store.keep(session, shop.id, versions)
    if not asks:
        return
    fresh = [v for v in versions if _tells_more(v, held.get((shop.id, v.product_id), []))]
    first = {v.product_id for v in fresh}
    store.mark_orders(session, shop.id, fresh, is_first=True)
    store.mark_orders(session, shop.id, [v for v in versions if v.product_id not in first], is_first=False)


def _tells_more(version: ProductVersion, held: list[ProductVersion]) -> bool:
    """Whether it is the earliest that is known, of its tags or of its collections: older orders go by it."""
    telling = [v for v in held if v.collections is not None or version.collections is None]
    return all(version.since < v.since for v in telling)


def _read(event: StoredEvent, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(event.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This {event.topic} does not describe a product: {error}") from None
