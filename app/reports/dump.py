"""The canonical dump of a shop: all that money is made of, as lines of JSON sorted by natural key.

No surrogate id, no time of recording and no boundary of an entry is in it, so two databases that were
fed the same facts in whatever batches give the same bytes. Source: precision.md 4, decision 0048.
Columns are taken as they are in the tables: one that is added is compared from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from app.db.session import ShopSession

AT_ONCE = 2000
"""Lines that are fetched together: what the memory holds of a dump."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DumpLine:
    """One line, and where it stands."""

    kind: str
    key: Key
    """Of its kind: numbers by value, texts by code point."""
    text: str
    """One JSON object, without the line's end."""


_ORDERS = """
    select cast(jsonb_build_object('kind', 'order') || to_jsonb(o) - '{shop_id,event_id}'::text[] as text) as line,
           o.id as k1
    from orders o where o.shop_id = :shop order by o.id
"""

_REFUNDS = """
    select cast(jsonb_build_object('kind', 'refund') || to_jsonb(r) - 'shop_id' as text) as line,
           r.order_id as k1, r.id as k2
    from refunds r where r.shop_id = :shop order by r.order_id, r.id
"""

_DISPUTES = """
    select cast(jsonb_build_object('kind', 'dispute') || to_jsonb(d) - 'shop_id' as text) as line,
           d.order_id as k1, d.id as k2
    from disputes d where d.shop_id = :shop order by d.order_id, d.id
"""

_JOURNEYS = """
    select cast(jsonb_build_object('kind', 'journey') || to_jsonb(j) - 'shop_id' as text) as line, j.order_id as k1
    from journeys j where j.shop_id = :shop order by j.order_id
"""

# An order whose evidence was edited away keeps an empty row; one that never had any has none.
_CONVERSIONS = """
    select cast(jsonb_build_object('kind', 'conversion') || to_jsonb(c) - '{shop_id,candidates}'::text[]
                || jsonb_build_object('candidates', (
                    select jsonb_agg(e.candidate - '{enrollment_id,creator_id,program_id}'::text[] order by e.rank)
                    from jsonb_array_elements(c.candidates) with ordinality as e(candidate, rank))) as text) as line,
           c.order_id as k1
    from conversions c where c.shop_id = :shop and c.candidates <> '[]' order by c.order_id
"""

_CREDITS = """
    select cast(jsonb_build_object('kind', 'credit', 'creator', k.handle, 'program', p.handle,
                                   'offer_version', o.version)
                || to_jsonb(c) - '{shop_id,creator_id,enrollment_id,program_id,offer_id,matured}'::text[] as text)
               as line,
           c.order_id as k1, k.handle collate "C" as k2
    from credits c
    join creators k on k.shop_id = c.shop_id and k.id = c.creator_id
    join programs p on p.shop_id = c.shop_id and p.id = c.program_id
    left join offers o on o.shop_id = c.shop_id and o.id = c.offer_id
    where c.shop_id = :shop order by c.order_id, k.handle collate "C"
"""

# What terms owe no longer keeps a row of 0; what they never owed has none.
_AWARDS = """
    select cast(jsonb_build_object('kind', 'award', 'creator', k.handle, 'program', p.handle,
                                   'offer_version', o.version, 'award_kind', a.kind)
                || to_jsonb(a) - '{shop_id,creator_id,program_id,offer_id,kind,matured,changed_at}'::text[] as text)
               as line,
           a.key collate "C" as k1
    from awards a
    join creators k on k.shop_id = a.shop_id and k.id = a.creator_id
    left join programs p on p.shop_id = a.shop_id and p.id = a.program_id
    left join offers o on o.shop_id = a.shop_id and o.id = a.offer_id
    where a.shop_id = :shop and a.amount_minor <> 0 order by a.key collate "C"
"""

_LEADS = """
    select cast(jsonb_build_object('kind', 'lead', 'creator', k.handle, 'program', p.handle)
                || to_jsonb(e) - '{shop_id,id,contact,creator_id,program_id,recorded_at}'::text[] as text) as line,
           e.ref collate "C" as k1
    from lead_events e
    left join creators k on k.shop_id = e.shop_id and k.id = e.creator_id
    left join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    where e.shop_id = :shop order by e.ref collate "C"
"""

# As of a time only the clock moves: what is on hold or past it is where it would be if a job had just looked.
_POSTED = """
    with moved as (
        select order_id, award, creator_id, currency, credit as account, amount_minor as minor
        from postings where shop_id = :shop
        union all
        select order_id, award, creator_id, currency, debit, -amount_minor from postings where shop_id = :shop
        union all
        select c.order_id, null, c.creator_id, c.currency, side.account,
               case when c.matured = (side.account = 'pending') then c.earned_minor else -c.earned_minor end
        from credits c cross join (values ('pending'), ('payable')) as side(account)
        where c.shop_id = :shop and c.matured <> (coalesce(c.matures_at <= :as_of, false) and not c.flagged)
        union all
        select null, a.key, a.creator_id, a.currency, side.account,
               case when a.matured = (side.account = 'pending') then a.amount_minor else -a.amount_minor end
        from awards a cross join (values ('pending'), ('payable')) as side(account)
        where a.shop_id = :shop and a.revoked_at is null and a.kind <> 'gift'
          and a.matured <> (a.matures_at <= :as_of)
    ),
    stands as (
        select order_id, award, creator_id, currency, account, sum(minor) as minor
        from moved group by 1, 2, 3, 4, 5 having sum(minor) <> 0
    )
    select cast(jsonb_build_object('kind', 'posted', 'order_id', s.order_id, 'award', s.award, 'creator', k.handle,
                                   'account', s.account, 'currency', s.currency, 'minor', s.minor) as text) as line,
           coalesce(s.order_id, 0) as k1, coalesce(s.award, '') collate "C" as k2, k.handle collate "C" as k3,
           s.account collate "C" as k4, s.currency collate "C" as k5
    from stands s join creators k on k.shop_id = :shop and k.id = s.creator_id
    order by k1, k2, k3, k4, k5
"""

_CREATOR_DAYS = """
    select cast(jsonb_build_object('kind', 'creator_day', 'creator', k.handle, 'program', p.handle)
                || to_jsonb(r) - '{shop_id,creator_id,program_id}'::text[] as text) as line,
           r.day as k1, k.handle collate "C" as k2, p.handle collate "C" as k3, r.currency collate "C" as k4
    from rollup_creator_day r
    join creators k on k.shop_id = r.shop_id and k.id = r.creator_id
    join programs p on p.shop_id = r.shop_id and p.id = r.program_id
    where r.shop_id = :shop order by r.day, k.handle collate "C", p.handle collate "C", r.currency collate "C"
"""

_SHOP_DAYS = """
    select cast(jsonb_build_object('kind', 'shop_day') || to_jsonb(r) - 'shop_id' as text) as line,
           r.day as k1, r.currency collate "C" as k2
    from rollup_shop_day r where r.shop_id = :shop order by r.day, r.currency collate "C"
"""

SECTIONS = {
    "order": _ORDERS,
    "refund": _REFUNDS,
    "dispute": _DISPUTES,
    "journey": _JOURNEYS,
    "conversion": _CONVERSIONS,
    "credit": _CREDITS,
    "award": _AWARDS,
    "lead": _LEADS,
    "posted": _POSTED,
    "creator_day": _CREATOR_DAYS,
    "shop_day": _SHOP_DAYS,
}
"""The kinds of line, in the order in which they come."""


def dump(session: ShopSession, as_of: datetime) -> Iterator[DumpLine]:
    """Every line of the shop's dump, in order, as the books stand at `as_of`. Amounts: minor units.

    Streams: memory does not grow with the shop. The caller's transaction should see one state of the
    database (db/snapshot.freeze), or lines of different moments stand side by side.
    """
    for kind, query in SECTIONS.items():
        rows = session.execute(
            text(query),
            {"shop": session.shop_id, "as_of": as_of},
            execution_options={"stream_results": True, "yield_per": AT_ONCE},
        )
        for row in rows:
            yield DumpLine(kind, tuple(row[1:]), row[0])


class Digest:
    """The sha256 of a dump as a file: each line in UTF-8, ended by a line feed."""

    def __init__(self) -> None:
        self.lines = 0
        self._found = sha256()

    def take(self, line: DumpLine) -> None:
        """Add the next line."""
        self.lines += 1
        self._found.update(line.text.encode() + b"\n")

    def hex(self) -> str:
        """The digest of the lines so far."""
        return self._found.hexdigest()
