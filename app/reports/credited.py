"""Orders as they were credited, in the order in which they were placed: for asking what other terms would have paid."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import msgspec
from sqlalchemy import text

from app.attribution.model import Candidate
from app.db.session import ShopSession
from app.orders.model import OrderFacts, RefundFacts

AT_ONCE = 1000
"""Rows that are fetched together: what the memory holds."""


class Credited(msgspec.Struct, frozen=True):
    """One order, with its evidence as it was weighed and what each creator should earn."""

    order: OrderFacts
    refunds: tuple[RefundFacts, ...]
    candidates: tuple[Candidate, ...]
    """In rank order."""
    commissions: dict[int, int]
    """Minor units by creator id, of the programs that were asked for."""
    country: str | None
    """Of the shipping address."""
    shopper: tuple[int, int, datetime | None] | None
    """The customer's orders before this one, the renewals among them, and when the first was placed; None: nobody
    knows who bought, or nobody asked."""


# A shared order has a row for each creator; its facts come with the first and are not decoded twice.
_CREDITED = text("""
    select c.order_id, c.creator_id, c.commission_minor, o.facts::text as facts,
           case when exists (select from refunds r where r.shop_id = c.shop_id and r.order_id = c.order_id)
                then (select jsonb_agg(r.facts order by r.id)::text from refunds r
                      where r.shop_id = c.shop_id and r.order_id = c.order_id) end as refunds,
           v.candidates::text as candidates, o.origin ->> 'country' as country,
           o.customer_key is not null and :customers as is_known, past.orders, past.renewals, past.first_at
    from credits c
    join orders o on o.shop_id = c.shop_id and o.id = c.order_id
    join conversions v on v.shop_id = c.shop_id and v.order_id = c.order_id
    left join lateral (
        select count(*) as orders, min(e.placed_at) as first_at,
               count(*) filter (where cast(e.facts ->> 'renewal' as boolean)) as renewals
        from orders e
        where :customers and e.shop_id = o.shop_id and e.customer_key = o.customer_key
          and (e.placed_at, e.id) < (o.placed_at, o.id) and not cast(e.facts ->> 'test' as boolean)
    ) past on :customers
    where c.shop_id = :shop and c.placed_at >= :placed_from and c.placed_at < :placed_to
      and c.program_id = coalesce(:program, c.program_id)
    order by c.placed_at, c.order_id, c.creator_id
""")

_facts = msgspec.json.Decoder(OrderFacts)
_refunds = msgspec.json.Decoder(tuple[RefundFacts, ...])
_candidates = msgspec.json.Decoder(tuple[Candidate, ...])


def credited(
    session: ShopSession,
    program_id: int | None,
    placed_from: datetime,
    placed_to: datetime,
    *,
    customers: bool = False,
) -> Iterator[Credited]:
    """Every order that a creator of the program (None: of any) is credited with, placed in [from, to).

    `customers`: say what is known of the customer's earlier orders, too. Streams, so that memory does not grow with the shop.
    """
    rows = session.execute(
        _CREDITED,
        {
            "shop": session.shop_id,
            "program": program_id,
            "placed_from": placed_from,
            "placed_to": placed_to,
            "customers": customers,
        },
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    )
    for _, same in groupby(rows, key=lambda row: row.order_id):
        shares = list(same)
        first = shares[0]
        yield Credited(
            _facts.decode(first.facts),
            _refunds.decode(first.refunds) if first.refunds else (),
            _candidates.decode(first.candidates),
            {share.creator_id: share.commission_minor for share in shares},
            first.country,
            (first.orders, first.renewals, first.first_at) if first.is_known else None,
        )
