"""Every query over orders. The batch path is set-based: one statement for all orders of a batch."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.db.arrays import blobs, plain, texts, times
from app.db.session import BatchSession, ShopSession
from app.orders.model import DisputeFacts, OrderFacts, Origin, PageVisit, RefundFacts
from app.orders.store import befell

NOWHERE = Origin()

Key = tuple[int, int]
"""(shop id, order id)."""


class Incoming(msgspec.Struct, frozen=True):
    """One order as the newest of a batch's deliveries has it."""

    shop_id: int
    facts: OrderFacts
    version: bytes
    placed_on: date
    paid_at: datetime | None
    customer_key: bytes | None
    email_key: bytes | None
    event_id: int
    event_digest: bytes
    origin: Origin | None = None
    """None: this body does not tell."""
    origin_version: bytes | None = None
    received_minor: int | None = None
    fulfilled_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.origin is not None and self.origin_version is None:
            msgspec.structs.force_setattr(self, "origin_version", self.version)

    @property
    def key(self) -> Key:
        """Which order it is."""
        return (self.shop_id, self.facts.id)


class StoredOrder(msgspec.Struct, frozen=True):
    """An order as it stands, with the refunds that are known."""

    shop_id: int
    facts: OrderFacts
    placed_on: date
    paid_at: datetime | None
    customer_key: bytes | None
    email_key: bytes | None
    origin: Origin
    event_id: int
    event_digest: bytes
    refunds: tuple[RefundFacts, ...]
    disputes: tuple[DisputeFacts, ...] = ()
    received_minor: int | None = None
    """All that was captured, before refunds; None: nobody told."""
    fulfilled_at: datetime | None = None
    journey: tuple[PageVisit, ...] = ()
    """Visits before it that began with a creator's link, as Shopify tells later."""
    is_new: bool = False
    """Never stored before, so nothing can have been posted for it."""

    @property
    def key(self) -> Key:
        """Which order it is."""
        return (self.shop_id, self.facts.id)


_UPSERT = text("""
    insert into orders as held (shop_id, id, name, version, placed_at, placed_on, paid_at, currency, facts,
                                customer_key, email_key, origin, origin_version, event_id, event_digest,
                                received_minor, fulfilled_at)
    select * from unnest(
        cast(:shop_ids as bigint[]), cast(:ids as bigint[]), cast(:names as text[]), cast(:versions as bytea[]),
        cast(:placed as timestamptz[]), cast(:days as date[]), cast(:paid as timestamptz[]),
        cast(:currencies as text[]), cast(:facts as jsonb[]), cast(:customers as bytea[]), cast(:emails as bytea[]),
        cast(:origins as jsonb[]), cast(:origin_versions as bytea[]), cast(:events as bigint[]), cast(:digests as bytea[]),
        cast(:received as bigint[]), cast(:fulfilled as timestamptz[]))
    on conflict (shop_id, id) do update set
        name = case when excluded.version > held.version then excluded.name else held.name end,
        placed_at = case when excluded.version > held.version then excluded.placed_at else held.placed_at end,
        placed_on = case when excluded.version > held.version then excluded.placed_on else held.placed_on end,
        currency = case when excluded.version > held.version then excluded.currency else held.currency end,
        facts = case when excluded.version > held.version then excluded.facts else held.facts end,
        customer_key = case when excluded.version > held.version then coalesce(excluded.customer_key, held.customer_key)
                            else coalesce(held.customer_key, excluded.customer_key) end,
        email_key = case when excluded.version > held.version then coalesce(excluded.email_key, held.email_key)
                         else coalesce(held.email_key, excluded.email_key) end,
        origin = case when excluded.origin_version > coalesce(held.origin_version, '') then excluded.origin
                      else held.origin end,
        origin_version = greatest(excluded.origin_version, held.origin_version),
        event_id = case when excluded.version > held.version then excluded.event_id else held.event_id end,
        event_digest = case when excluded.version > held.version then excluded.event_digest else held.event_digest end,
        version = greatest(excluded.version, held.version),
        paid_at = least(excluded.paid_at, held.paid_at),
        received_minor = greatest(excluded.received_minor, held.received_minor),
        fulfilled_at = least(excluded.fulfilled_at, held.fulfilled_at)
    returning shop_id, id, version, paid_at, received_minor, fulfilled_at, customer_key, email_key, origin_version,
              case when origin_version is distinct from version then origin::text end as origin, (xmax = 0) as is_new
""")

_GUARD = text("""
    select pg_advisory_xact_lock(hashtextextended(current_schema() || k.shop_id || '/' || k.id, 7))
    from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])) as k(shop_id, id)
""")

_COLUMNS = """o.shop_id, o.id, o.facts::text as facts, o.placed_on, o.paid_at, o.customer_key, o.email_key,
           o.origin::text as origin, o.event_id, o.event_digest, o.received_minor, o.fulfilled_at"""

_CURRENT = f"""
    select {_COLUMNS}
    from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])) as k(shop_id, id)
    join orders o on o.shop_id = k.shop_id and o.id = k.id
    order by o.shop_id, o.id
"""  # noqa: S608 - a constant of ours

_FIND = text(f"""
    with found as materialized (
        select * from orders o
        where o.shop_id = :shop and (o.id = :id or o.name = :name or o.name = '#' || :name)
        order by (o.id = :id) desc nulls last, o.placed_at desc limit 1)
    select {_COLUMNS}, b.*
    from found o
    left join lateral ({befell.OF_ORDER}) b on true
    order by b.befell_id
""")  # noqa: S608 - constants of ours

_facts = msgspec.json.Decoder(OrderFacts)
_origin = msgspec.json.Decoder(Origin)


def upsert(session: BatchSession, incoming: Sequence[Incoming]) -> list[StoredOrder]:
    """Keep the newest version of each order and return how each stands now, without its refunds.

    Locks every order row until commit, also those whose stored version is newer, so two events of
    one order take turns. `incoming` holds each order once and is sorted by key: batches that meet
    lock in one order and cannot deadlock.
    """
    if not incoming:
        return []
    rows = session.execute(_UPSERT, _columns(incoming)).all()
    held = {(r.shop_id, r.id): r for r in rows}
    ours = [i for i in incoming if held[i.key].version == i.version]
    known = {i.key: _as_kept(i, held[i.key]) for i in ours}
    newer = dict(_load(session, [i.key for i in incoming if i.key not in known]))
    return [{**known, **newer}[i.key] for i in incoming]


def _as_kept(ours: Incoming, row: Row[Any]) -> StoredOrder:
    """The stored row, of which the database only has to tell what the delivery itself does not know."""
    told = ours.origin if row.origin_version == ours.origin_version and ours.origin is not None else None
    return StoredOrder(
        shop_id=ours.shop_id,
        facts=ours.facts,
        placed_on=ours.placed_on,
        paid_at=row.paid_at,
        customer_key=row.customer_key,
        email_key=row.email_key,
        origin=told or _origin.decode(row.origin or "{}"),
        event_id=ours.event_id,
        event_digest=ours.event_digest,
        refunds=(),
        received_minor=row.received_minor,
        fulfilled_at=row.fulfilled_at,
        is_new=row.is_new,
    )


def _columns(incoming: Sequence[Incoming]) -> dict[str, object]:
    return {
        "shop_ids": plain(i.shop_id for i in incoming),
        "ids": plain(i.facts.id for i in incoming),
        "names": texts(i.facts.name for i in incoming),
        "versions": blobs(i.version for i in incoming),
        "placed": times(i.facts.placed_at for i in incoming),
        "days": times(i.placed_on for i in incoming),
        "paid": times(i.paid_at for i in incoming),
        "currencies": texts(i.facts.currency for i in incoming),
        "facts": texts(msgspec.json.encode(i.facts).decode() for i in incoming),
        "customers": blobs(i.customer_key for i in incoming),
        "emails": blobs(i.email_key for i in incoming),
        "origins": texts(msgspec.json.encode(i.origin or NOWHERE).decode() for i in incoming),
        "origin_versions": blobs(i.origin_version for i in incoming),
        "events": plain(i.event_id for i in incoming),
        "digests": blobs(i.event_digest for i in incoming),
        "received": plain(i.received_minor for i in incoming),
        "fulfilled": times(i.fulfilled_at for i in incoming),
    }


def guard(session: BatchSession, keys: Sequence[Key]) -> None:
    """Make the first sight of an order and a refund that came before it take turns, until commit.

    There is no row to lock yet: without this, two workers could each miss what the other writes.
    """
    if keys:
        ordered = sorted(keys)
        session.execute(
            _GUARD, {"shop_ids": plain(k[0] for k in ordered), "ids": plain(k[1] for k in ordered)}
        )


def lock(session: BatchSession, keys: Sequence[Key]) -> list[StoredOrder]:
    """How these orders stand, without refunds, locked until commit. Orders we do not hold are left out."""
    return [order for _, order in _load(session, sorted(set(keys)), lock_rows=True)]


def current(session: BatchSession | ShopSession, keys: Sequence[Key]) -> list[StoredOrder]:
    """How these orders stand with their refunds, for reading."""
    return with_refunds(session, [order for _, order in _load(session, sorted(set(keys)))])


def _load(
    session: BatchSession | ShopSession, keys: Sequence[Key], *, lock_rows: bool = False
) -> list[tuple[Key, StoredOrder]]:
    if not keys:
        return []
    statement = text(_CURRENT + (" for update of o" if lock_rows else ""))
    rows = session.execute(
        statement, {"shop_ids": plain(k[0] for k in keys), "ids": plain(k[1] for k in keys)}
    )
    return [((r.shop_id, r.id), _stored(r)) for r in rows]


def _stored(row: Row[Any]) -> StoredOrder:
    return StoredOrder(row.shop_id, _facts.decode(row.facts), row.placed_on, row.paid_at, row.customer_key, row.email_key,
                       _origin.decode(row.origin), row.event_id, row.event_digest, (), (), row.received_minor,
                       row.fulfilled_at)  # fmt: skip


def with_refunds(session: BatchSession | ShopSession, orders: Sequence[StoredOrder]) -> list[StoredOrder]:
    """The same orders with everything that is told of them apart: refunds, disputes, journeys."""
    found = befell.read(session, [order.key for order in orders])
    return [_with(order, held) if (held := found.get(order.key)) is not None else order for order in orders]


def _with(order: StoredOrder, held: befell.Befell) -> StoredOrder:
    return msgspec.structs.replace(
        order, refunds=tuple(held.refunds), disputes=tuple(held.disputes), journey=held.journey
    )


def keys_after(session: BatchSession, shop_id: int, after: int, most: int) -> list[Key]:
    """The next orders of a shop by id, for reading all of them in portions."""
    rows = session.execute(
        text("select id from orders where shop_id = :shop and id > :after order by id limit :most"),
        {"shop": shop_id, "after": after, "most": most},
    )
    return [(shop_id, r.id) for r in rows]


def codes_after(
    session: BatchSession, shop_id: int, after: int, *, placed_from: datetime | None, most: int
) -> list[tuple[Key, list[str], str | None]]:
    """The next orders of a shop by id with the codes and the landing page of each, for what has to look at all."""
    rows = session.execute(
        text(
            "select id, array(select d ->> 1 from jsonb_array_elements(facts -> 'discounts') d) as codes, "
            "origin ->> 'landing_site' as landing from orders where shop_id = :shop and id > :after "
            "and placed_at >= coalesce(cast(:placed_from as timestamptz), '-infinity') order by id limit :most"
        ),
        {"shop": shop_id, "after": after, "placed_from": placed_from, "most": most},
    )
    return [((shop_id, r.id), [code for code in r.codes if code], r.landing) for r in rows]


def find(session: ShopSession, reference: str) -> StoredOrder | None:
    """The order that a person means by its number, a gid or the #name, with its refunds. None when we hold none."""
    digits = reference.rsplit("/", 1)[-1]
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None  # noqa: PLR2004
    rows = session.execute(_FIND, {"shop": session.shop_id, "id": number, "name": reference}).all()
    if not rows:
        return None
    held = befell.gathered(rows).get((session.shop_id, rows[0].id), befell.Befell())
    return _with(_stored(rows[0]), held)
