"""Every query over awards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from app.commissions.awards import Award
from app.creators.model import Span
from app.db.arrays import plain, texts, times
from app.db.session import Fenced, ShopSession

AwardRef = tuple[int, str]
"""(shop id, key)."""

_COLUMNS = (
    "shop_id, key, creator_id, program_id, kind, amount_minor, currency, earned_at, earned_on, matures_at, "
    "offer_id, reason, actor, changed_at, revoked_at, import_digest"
)

# What a person took back stays taken back, whatever an offer owes again.
_KEEP = text(f"""
    insert into awards as held ({_COLUMNS}, matured)
    select *, false from unnest(
        cast(:shop_ids as bigint[]), cast(:keys as text[]), cast(:creators as bigint[]),
        cast(:programs as bigint[]), cast(:kinds as text[]), cast(:amounts as bigint[]),
        cast(:currencies as text[]), cast(:earned as timestamptz[]), cast(:days as date[]),
        cast(:matures as timestamptz[]), cast(:offers as bigint[]), cast(:reasons as text[]),
        cast(:actors as text[]), cast(:changed as timestamptz[]), cast(:revoked as timestamptz[]),
        cast(:imports as text[]))
    on conflict (shop_id, key) do update set
        amount_minor = excluded.amount_minor, currency = excluded.currency, earned_at = excluded.earned_at,
        earned_on = excluded.earned_on, matures_at = excluded.matures_at, matured = false,
        offer_id = excluded.offer_id, reason = excluded.reason, changed_at = excluded.changed_at
    where (held.amount_minor, held.currency, held.earned_at, held.matures_at, held.offer_id, held.reason)
        is distinct from (excluded.amount_minor, excluded.currency, excluded.earned_at, excluded.matures_at,
                          excluded.offer_id, excluded.reason)
    returning key
""")  # noqa: S608 - names of this file

_LOCK = text(f"""
    select {", ".join(f"a.{name}" for name in _COLUMNS.split(", "))}
    from unnest(cast(:shop_ids as bigint[]), cast(:keys as text[])) as k(shop_id, key)
    join awards a on a.shop_id = k.shop_id and a.key = k.key
    order by a.shop_id, a.key for update of a
""")  # noqa: S608 - names of this file

_NOTE = text("""
    update awards a set matured = x.matured
    from unnest(cast(:shop_ids as bigint[]), cast(:keys as text[]), cast(:matured as boolean[]))
        as x(shop_id, key, matured)
    where a.shop_id = x.shop_id and a.key = x.key and a.matured <> x.matured
""")

_DUE = text("""
    select s.shop_id, due.key
    from unnest(cast(:shop_ids as bigint[])) as s(shop_id)
    cross join lateral (
        select a.key from awards a
        where a.shop_id = s.shop_id and a.matures_at <= :as_of and not a.matured and a.revoked_at is null
          and a.kind <> 'gift'
        order by a.matures_at, a.key limit :most
    ) as due
    limit :most
""")

# The postings say how much stood on hold then; credits and awards say of which the hold was over.
_HELD = "case when p.credit = 'pending' then p.amount_minor when p.debit = 'pending' then -p.amount_minor else 0 end"
_OVERDUE = text(f"""
    select creator_id, currency, sum(minor) as minor from (
        select p.creator_id, p.currency, {_HELD} as minor
        from credits c
        join postings p on p.shop_id = c.shop_id and p.order_id = c.order_id and p.creator_id = c.creator_id
        join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id and e.effective_at <= :as_of
        where c.shop_id = :shop and c.matures_at <= :as_of and not c.matured and not c.flagged
        union all
        select p.creator_id, p.currency, {_HELD}
        from awards a
        join postings p on p.shop_id = a.shop_id and p.award = a.key
        join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id and e.effective_at <= :as_of
        where a.shop_id = :shop and a.matures_at <= :as_of and not a.matured and a.revoked_at is null
          and a.kind <> 'gift'
    ) as over group by 1, 2
""")  # noqa: S608 - a constant of this file

_ENROLLED = text("""
    select e.creator_id, c.handle, e.created_at, cast(array(
        select array[lower(span), upper(span)] from unnest(e.active) as span) as timestamptz[]) as spans
    from enrollments e
    join creators c on c.shop_id = e.shop_id and c.id = e.creator_id
    where e.shop_id = :shop and e.program_id = :program
    order by c.handle
""")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One creator in a program, as a standing rule asks for them."""

    creator_id: int
    handle: str
    enrolled_at: datetime
    active: tuple[Span, ...]


def keep(session: Fenced, awards: Sequence[Award]) -> list[str]:
    """Store what is owed; returns the keys of those that are new or owed differently than before.

    The unique key decides between two who store the same award at once.
    """
    if not awards:
        return []
    facts = {
        "shop_ids": plain(a.shop_id for a in awards),
        "keys": texts(a.key for a in awards),
        "creators": plain(a.creator_id for a in awards),
        "programs": plain(a.program_id for a in awards),
        "kinds": texts(a.kind for a in awards),
        "amounts": plain(a.amount_minor for a in awards),
        "currencies": texts(a.currency for a in awards),
        "earned": times(a.earned_at for a in awards),
        "days": times(a.earned_on for a in awards),
        "matures": times(a.matures_at for a in awards),
        "offers": plain(a.offer_id for a in awards),
        "reasons": texts(a.reason for a in awards),
        "actors": texts(a.actor for a in awards),
        "changed": times(a.changed_at for a in awards),
        "revoked": times(a.revoked_at for a in awards),
        "imports": texts(a.import_digest for a in awards),
    }
    return list(session.execute(_KEEP, facts).scalars())


def lock(session: Fenced, keys: Sequence[AwardRef]) -> list[Award]:
    """These awards, locked until commit in the order of their keys: two workers never wait crosswise."""
    if not keys:
        return []
    columns = {"shop_ids": plain(k[0] for k in keys), "keys": texts(k[1] for k in keys)}
    return [_award(row) for row in session.execute(_LOCK, columns)]


def note_matured(session: Fenced, seen: Sequence[tuple[AwardRef, bool]]) -> None:
    """Remember of which the hold was over when the books were last brought up to date."""
    if seen:
        columns = {
            "shop_ids": plain(ref[0] for ref, _ in seen),
            "keys": texts(ref[1] for ref, _ in seen),
            "matured": plain(matured for _, matured in seen),
        }
        session.execute(_NOTE, columns)


def due(session: Fenced, shop_ids: Sequence[int], as_of: datetime, most: int) -> list[AwardRef]:
    """Awards whose hold is over by then and not yet counted as such, each shop's longest first."""
    rows = session.execute(_DUE, {"shop_ids": plain(shop_ids), "as_of": as_of, "most": most})
    return [(r.shop_id, r.key) for r in rows]


def find(session: Fenced, shop_id: int, key: str) -> Award | None:
    """The award of that key."""
    found = session.execute(
        text(f"select {_COLUMNS} from awards where shop_id = :shop and key = :key"),  # noqa: S608 - names of this file
        {"shop": shop_id, "key": key},
    ).one_or_none()
    return _award(found) if found else None


def of_creator(session: ShopSession, creator_id: int, most: int | None = None) -> list[Award]:
    """Awards of the creator, newest first; all of them, or the first so many."""
    rows = session.execute(
        text(
            f"select {_COLUMNS} from awards where shop_id = :shop and creator_id = :creator "  # noqa: S608 - names of this file
            "order by earned_at desc, key limit cast(:most as bigint)"
        ),
        {"shop": session.shop_id, "creator": creator_id, "most": most},
    )
    return [_award(row) for row in rows]


def after(session: Fenced, shop_id: int, key: str, most: int) -> list[Award]:
    """The shop's next awards after that key, in the order of their keys."""
    rows = session.execute(
        text(
            f"select {_COLUMNS} from awards where shop_id = :shop and key > :key order by key limit :most"  # noqa: S608 - names of this file
        ),
        {"shop": shop_id, "key": key, "most": most},
    )
    return [_award(row) for row in rows]


def of_import(session: Fenced, shop_id: int, digest: str) -> list[Award]:
    """Every award that a file brought."""
    rows = session.execute(
        text(f"select {_COLUMNS} from awards where shop_id = :shop and import_digest = :digest order by key"),  # noqa: S608 - names of this file
        {"shop": shop_id, "digest": digest},
    )
    return [_award(row) for row in rows]


def held_keys(session: Fenced, shop_id: int, keys: Sequence[str]) -> dict[str, Award]:
    """Which of these keys there are already."""
    rows = session.execute(
        text(
            f"select {_COLUMNS} from awards where shop_id = :shop "  # noqa: S608 - names of this file
            "and key in (select unnest(cast(:keys as text[])))"
        ),
        {"shop": shop_id, "keys": texts(keys)},
    )
    return {row.key: _award(row) for row in rows}


def owed_by_offers(session: Fenced, shop_id: int, program_id: int) -> list[Award]:
    """What offers of this program are known to owe, or owed once: then the amount is 0."""
    rows = session.execute(
        text(
            f"select {_COLUMNS} from awards "  # noqa: S608 - names of this file
            "where shop_id = :shop and program_id = :program and offer_id is not null"
        ),
        {"shop": shop_id, "program": program_id},
    )
    return [_award(row) for row in rows]


def set_revoked(
    session: Fenced, refs: Sequence[AwardRef], at: datetime | None, *, now: datetime
) -> list[str]:
    """Take awards back, or (None) let them stand again; returns the keys of those that were not so before."""
    rows = session.execute(
        text(
            "update awards a set revoked_at = :at, changed_at = :now "
            "from unnest(cast(:shop_ids as bigint[]), cast(:keys as text[])) as k(shop_id, key) "
            "where a.shop_id = k.shop_id and a.key = k.key "
            "and (a.revoked_at is null) <> (cast(:at as timestamptz) is null) returning a.key"
        ),
        {"shop_ids": plain(r[0] for r in refs), "keys": texts(r[1] for r in refs), "at": at, "now": now},
    )
    return list(rows.scalars())


def enrolled(session: Fenced, shop_id: int, program_id: int) -> list[Enrolled]:
    """Everybody in the program, with when they could earn."""
    rows = session.execute(_ENROLLED, {"shop": shop_id, "program": program_id})
    return [
        Enrolled(r.creator_id, r.handle, r.created_at, tuple((s[0], s[1]) for s in r.spans or []))
        for r in rows
    ]


def shops_with(session: Fenced, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """(shop id, program id) of the shops that the session sees whose offers have a rule of one of these kinds."""
    if not kinds:
        return []
    rows = session.execute(
        text(
            "select distinct shop_id, program_id from offers where exists ("
            "select from jsonb_array_elements(content -> 'rules') as rule "
            "where rule ->> 'kind' in (select unnest(cast(:kinds as text[])))) order by 1, 2"
        ),
        {"kinds": texts(kinds)},
    )
    return [(r.shop_id, r.program_id) for r in rows]


def overdue(session: ShopSession, as_of: datetime) -> list[tuple[int, str, int]]:
    """(creator id, currency, minor units) on hold then whose hold was over, and which no job has matured."""
    rows = session.execute(_OVERDUE, {"shop": session.shop_id, "as_of": as_of})
    return [(r.creator_id, r.currency, int(r.minor)) for r in rows]


def payable(session: ShopSession, creator_id: int, currency: str) -> int:
    """What stands on the creator's payable account, minor units; negative is a debt."""
    found = session.execute(
        text(
            "select credit_minor - debit_minor from balances "
            "where shop_id = :shop and creator_id = :creator and currency = :currency and account = 'payable'"
        ),
        {"shop": session.shop_id, "creator": creator_id, "currency": currency},
    ).scalar()
    return int(found or 0)


def days(awards: Sequence[Award]) -> list[tuple[int, int, date]]:
    """The cells of reports that these awards are counted in."""
    return [(a.shop_id, a.creator_id, a.earned_on) for a in awards]


def _award(row: Any) -> Award:
    return Award(*row)
