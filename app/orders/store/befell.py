"""What is told of orders after they were placed: refunds, disputes, journeys; by Shopify's ids, newest word first.

All may lie here before their order comes. Whatever arrives first, the same rows stand in the end.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.db.arrays import blobs, plain, texts, times
from app.db.session import BatchSession, ShopSession
from app.orders.model import DisputeFacts, Journey, PageVisit, RefundFacts

Key = tuple[int, int]
"""(shop id, order id)."""

# A refund inside an order does not tell its shipping, the one that travels alone does: whoever tells it is right.
_REFUNDS_UPSERT = text("""
    insert into refunds as held (shop_id, order_id, id, refunded_at, facts, digest, shipping_minor)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:ids as bigint[]),
                         cast(:refunded as timestamptz[]), cast(:facts as jsonb[]), cast(:digests as bytea[]),
                         cast(:shipping as bigint[]))
    on conflict (shop_id, order_id, id) do update set
        refunded_at = case when excluded.digest > held.digest then excluded.refunded_at else held.refunded_at end,
        facts = case when excluded.digest > held.digest then excluded.facts else held.facts end,
        digest = greatest(excluded.digest, held.digest),
        shipping_minor = greatest(excluded.shipping_minor, held.shipping_minor)
        where excluded.digest > held.digest or excluded.shipping_minor > coalesce(held.shipping_minor, -1)
""")

_DISPUTES_UPSERT = text("""
    insert into disputes as held (shop_id, order_id, id, version, facts, amount_version, amount_minor, currency)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:ids as bigint[]),
                         cast(:versions as bytea[]), cast(:facts as jsonb[]), cast(:amount_versions as bytea[]),
                         cast(:amounts as bigint[]), cast(:currencies as text[]))
    on conflict (shop_id, order_id, id) do update set
        facts = case when excluded.version > held.version then excluded.facts else held.facts end,
        version = greatest(excluded.version, held.version),
        amount_minor = case when excluded.amount_version > coalesce(held.amount_version, '') then excluded.amount_minor
                            else held.amount_minor end,
        currency = case when excluded.amount_version > coalesce(held.amount_version, '') then excluded.currency
                        else held.currency end,
        amount_version = greatest(excluded.amount_version, held.amount_version)
""")

_JOURNEYS_UPSERT = text("""
    insert into journeys as held (shop_id, order_id, version, visits)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:versions as bytea[]),
                         cast(:visits as jsonb[]))
    on conflict (shop_id, order_id) do update set version = excluded.version, visits = excluded.visits
        where excluded.version > held.version
""")

# One statement for all: most orders have none of them, and a batch asks once.
_BEFELL = text("""
    with k as materialized (
        select * from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])) as k(shop_id, order_id))
    select r.shop_id, r.order_id, r.id, r.facts::text as refund, r.shipping_minor as minor, null as dispute,
           null as currency, null as journey
    from k join refunds r on r.shop_id = k.shop_id and r.order_id = k.order_id
    union all
    select d.shop_id, d.order_id, d.id, null, d.amount_minor, d.facts::text, d.currency, null
    from k join disputes d on d.shop_id = k.shop_id and d.order_id = k.order_id
    union all
    select j.shop_id, j.order_id, 0, null, null, null, null, j.visits::text
    from k join journeys j on j.shop_id = k.shop_id and j.order_id = k.order_id
    order by 1, 2, 3
""")

OF_ORDER = """
    select r.shop_id as befell_shop, r.order_id, r.id as befell_id, r.facts::text as refund, r.shipping_minor as minor,
           null as dispute, null as currency, null as journey
    from refunds r where r.shop_id = o.shop_id and r.order_id = o.id
    union all
    select d.shop_id, d.order_id, d.id, null, d.amount_minor, d.facts::text, d.currency, null
    from disputes d where d.shop_id = o.shop_id and d.order_id = o.id
    union all
    select j.shop_id, j.order_id, 0, null, null, null, null, j.visits::text
    from journeys j where j.shop_id = o.shop_id and j.order_id = o.id
"""
"""The same of one order `o`, beside its own columns."""

_refund = msgspec.json.Decoder(RefundFacts)
_dispute = msgspec.json.Decoder(DisputeFacts)
_visits = msgspec.json.Decoder(tuple[PageVisit, ...])


class Befell(msgspec.Struct):
    """All that is known to have happened to one order, each sorted by id, and the visits before it."""

    refunds: list[RefundFacts] = []
    disputes: list[DisputeFacts] = []
    journey: tuple[PageVisit, ...] = ()


def merge_refunds(session: BatchSession, refunds: Sequence[tuple[int, RefundFacts]]) -> None:
    """Keep each (shop id, refund) once, by Shopify's id; of two bodies of one refund the greater digest wins."""
    newest: dict[tuple[int, int, int], RefundFacts] = {}
    for shop_id, refund in refunds:
        key = (shop_id, refund.order_id, refund.id)
        newest[key] = _merged(newest[key], refund) if key in newest else refund
    if not newest:
        return
    ordered = sorted(newest.items())
    session.execute(
        _REFUNDS_UPSERT,
        {
            "shop_ids": plain(k[0] for k, _ in ordered),
            "orders": plain(k[1] for k, _ in ordered),
            "ids": plain(k[2] for k, _ in ordered),
            "refunded": times(r.refunded_at for _, r in ordered),
            "facts": texts(_without_shipping(r) for _, r in ordered),
            "digests": blobs(r.digest() for _, r in ordered),
            "shipping": plain(r.shipping_minor for _, r in ordered),
        },
    )


def _merged(one: RefundFacts, other: RefundFacts) -> RefundFacts:
    told = [r.shipping_minor for r in (one, other) if r.shipping_minor is not None]
    newer = max(one, other, key=RefundFacts.digest)
    return msgspec.structs.replace(newer, shipping_minor=max(told, default=None))


def _without_shipping(refund: RefundFacts) -> str:
    return msgspec.json.encode(msgspec.structs.replace(refund, shipping_minor=None)).decode()


def merge_disputes(session: BatchSession, disputes: Iterable[tuple[int, DisputeFacts]]) -> None:
    """Keep the newest word of each (shop id, dispute), and the newest amount that anybody told."""
    told: dict[tuple[int, int, int], list[DisputeFacts]] = {}
    for shop_id, dispute in disputes:
        told.setdefault((shop_id, dispute.order_id, dispute.id), []).append(dispute)
    if not told:
        return
    newest = [
        (key, max(words, key=DisputeFacts.packed), _amount(words)) for key, words in sorted(told.items())
    ]
    session.execute(
        _DISPUTES_UPSERT,
        {
            "shop_ids": plain(k[0] for k, *_ in newest),
            "orders": plain(k[1] for k, *_ in newest),
            "ids": plain(k[2] for k, *_ in newest),
            "versions": blobs(word.packed() for _, word, _ in newest),
            "facts": texts(_without_amount(word) for _, word, _ in newest),
            "amount_versions": blobs(a.packed() if a else None for *_, a in newest),
            "amounts": plain(a.amount_minor if a else None for *_, a in newest),
            "currencies": texts(a.currency if a else None for *_, a in newest),
        },
    )


def _amount(words: Sequence[DisputeFacts]) -> DisputeFacts | None:
    """The newest of them that tells an amount."""
    return max((w for w in words if w.amount_minor is not None), key=DisputeFacts.packed, default=None)


def _without_amount(dispute: DisputeFacts) -> str:
    return msgspec.json.encode(msgspec.structs.replace(dispute, amount_minor=None, currency=None)).decode()


def merge_journeys(session: BatchSession, journeys: Iterable[tuple[int, Journey]]) -> None:
    """Keep the newest word of each (shop id, journey)."""
    newest: dict[Key, Journey] = {}
    for shop_id, told in journeys:
        held = newest.setdefault((shop_id, told.order_id), told)
        newest[shop_id, told.order_id] = max(held, told, key=Journey.packed)
    if not newest:
        return
    ordered = sorted(newest.items())
    session.execute(
        _JOURNEYS_UPSERT,
        {
            "shop_ids": plain(k[0] for k, _ in ordered),
            "orders": plain(k[1] for k, _ in ordered),
            "versions": blobs(told.packed() for _, told in ordered),
            "visits": texts(msgspec.json.encode(told.visits).decode() for _, told in ordered),
        },
    )


def read(session: BatchSession | ShopSession, keys: Sequence[Key]) -> dict[Key, Befell]:
    """What befell each of these orders; those that nothing befell are left out."""
    if not keys:
        return {}
    rows = session.execute(_BEFELL, {"shop_ids": plain(k[0] for k in keys), "ids": plain(k[1] for k in keys)})
    return gathered(rows)


def gathered(rows: Iterable[Row[Any]]) -> dict[Key, Befell]:
    """What those rows say, by order; a row that tells of none of them is left out."""
    found: dict[Key, Befell] = {}
    for row in rows:
        if row.refund is None and row.dispute is None and row.journey is None:
            continue
        held = found.setdefault((row.shop_id, row.order_id), Befell([], []))
        if row.journey is not None:
            held.journey = _visits.decode(row.journey)
            continue
        if row.refund is not None:
            refund = _refund.decode(row.refund)
            held.refunds.append(msgspec.structs.replace(refund, shipping_minor=row.minor))
        else:
            dispute = _dispute.decode(row.dispute)
            held.disputes.append(
                msgspec.structs.replace(dispute, amount_minor=row.minor, currency=row.currency)
            )
    return found
