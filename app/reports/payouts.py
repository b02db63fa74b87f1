"""Payouts as pages show them: runs with their sums, the payouts of one, what each pays for, and what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.db.session import ShopSession

RECENT = timedelta(days=60)
"""How long a payout that failed is shown as something to look at."""
_MOST = 100


@dataclass(frozen=True, slots=True)
class RunSum:
    """What a run pays in one currency."""

    currency: str
    payouts: int
    minor: int
    paid: int
    open: int
    back: int
    """How many failed, came back or were cancelled."""


@dataclass(frozen=True, slots=True)
class Item:
    """A payout in a list."""

    id: int
    run_id: int
    creator: str
    name: str
    currency: str
    minor: int
    provider: str
    way: str
    masked: str
    state: str
    reason: str | None
    fee_minor: int
    needs_a_person: bool
    reserved_at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """What a payout pays for."""

    subject: str
    order_id: int | None
    about: str
    """Name of the order, or the award's reason."""
    minor: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to all creators in one currency."""

    currency: str
    pending_minor: int
    payable_minor: int
    in_transit_minor: int
    paid_minor: int


_OWED = text("""
    select currency,
           sum(case when account = 'pending' then credit_minor - debit_minor else 0 end) as pending,
           sum(case when account = 'payable' then credit_minor - debit_minor else 0 end) as payable,
           sum(case when account = 'in_transit' then credit_minor - debit_minor else 0 end) as in_transit,
           sum(case when account in ('cash', 'fees') then credit_minor - debit_minor else 0 end) as paid
    from balances where shop_id = :shop group by 1 order by 1
""")

_SUMS = text("""
    select run_id, currency, count(*) as payouts, sum(amount_minor) as minor,
           count(*) filter (where state = 'paid') as paid,
           count(*) filter (where state in ('reserved', 'submitting', 'unknown', 'in_transit', 'unclaimed')) as open,
           count(*) filter (where state in ('failed', 'returned', 'cancelled')) as back
    from payouts where shop_id = :shop and run_id = any(:runs) group by 1, 2 order by 1, 2
""")

_ITEM = """
    select o.id, o.run_id, k.handle, k.name, o.currency, o.amount_minor, o.provider, d.way, d.masked, o.state, o.reason,
           o.fee_minor, o.state = 'unknown' and o.reason = :ask as needs_a_person, o.reserved_at, o.moved_at
    from payouts o
    join creators k on k.shop_id = o.shop_id and k.id = o.creator_id
    join payout_details d on d.shop_id = o.shop_id and d.id = o.details_id
    where o.shop_id = :shop
"""

_PARTS = text("""
    select p.subject, p.amount_minor, r.id as order_id, coalesce(r.name, a.reason, p.subject) as about
    from payout_parts p
    left join orders r on r.shop_id = p.shop_id and p.subject = 'order:' || r.id
    left join awards a on a.shop_id = p.shop_id and p.subject = 'award:' || a.key
    where p.shop_id = :shop and p.payout_id = :payout
    order by p.amount_minor < 0, coalesce(r.placed_at, a.earned_at), p.subject
""")


def owed(session: ShopSession) -> list[Owed]:
    """The sums over all creators, by currency."""
    return [
        Owed(r.currency, int(r.pending), int(r.payable), int(r.in_transit), int(r.paid))
        for r in session.execute(_OWED, {"shop": session.shop_id})
    ]


def sums(session: ShopSession, run_ids: Sequence[int]) -> dict[int, list[RunSum]]:
    """What each of these runs pays, by currency."""
    found: dict[int, list[RunSum]] = {}
    for r in session.execute(_SUMS, {"shop": session.shop_id, "runs": list(run_ids)}):
        found.setdefault(r.run_id, []).append(
            RunSum(r.currency, r.payouts, int(r.minor), r.paid, r.open, r.back)
        )
    return found


def items(session: ShopSession, run_id: int, ask: str, *, after: int = 0, most: int = _MOST) -> list[Item]:
    """The payouts of a run from the one after `after` on, in the order in which they were made."""
    query = text(_ITEM + " and o.run_id = :run and o.id > :after order by o.id limit :most")
    facts = {"run": run_id, "after": after, "most": most}
    return _items(session, query, ask, facts)


def to_look_at(session: ShopSession, ask: str, now: datetime) -> list[Item]:
    """Payouts that wait for a person, and those that failed lately and were not paid since; the newest first."""
    query = text(
        _ITEM
        + """ and (o.state in ('unclaimed') or (o.state = 'unknown' and o.reason = :ask)
             or (o.state in ('failed', 'returned') and o.moved_at > :since and not exists (
                 select from payouts later where later.shop_id = o.shop_id and later.creator_id = o.creator_id
                 and later.currency = o.currency and later.id > o.id
                 and later.state not in ('failed', 'returned', 'cancelled'))))
           order by o.id desc limit :most"""
    )
    return _items(session, query, ask, {"since": now - RECENT, "most": _MOST})


def of_creator(session: ShopSession, creator_id: int, ask: str, most: int | None = _MOST) -> list[Item]:
    """A creator's payouts, the newest first. None: all of them."""
    query = text(_ITEM + " and o.creator_id = :creator order by o.id desc limit :most")
    return _items(session, query, ask, {"creator": creator_id, "most": most})


def one(session: ShopSession, payout_id: int, ask: str) -> Item | None:
    """A payout; None: this shop has none of that number."""
    found = _items(session, text(_ITEM + " and o.id = :id"), ask, {"id": payout_id})
    return found[0] if found else None


def parts(session: ShopSession, payout_id: int) -> list[Part]:
    """What a payout pays for: they sum to its amount."""
    rows = session.execute(_PARTS, {"shop": session.shop_id, "payout": payout_id})
    return [Part(r.subject, r.order_id, r.about, int(r.amount_minor)) for r in rows]


def _items(session: ShopSession, query: Any, ask: str, facts: dict[str, Any]) -> list[Item]:
    rows = session.execute(query, {"shop": session.shop_id, "ask": ask, **facts})
    return [
        Item(
            r.id, r.run_id, r.handle, r.name, r.currency, r.amount_minor, r.provider, r.way, r.masked, r.state, r.reason,
            r.fee_minor, bool(r.needs_a_person), r.reserved_at, r.moved_at,
        )
        for r in rows
    ]  # fmt: skip
