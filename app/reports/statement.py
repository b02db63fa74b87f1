"""A creator's statement: what stood at the start, each movement with its reason, what stands at the end.

Read from the postings of one creator, by the time at which they were true. The same rows are the page,
the PDF and the CSV; their digest names them. Source: docs/contracts.md, "Statements".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.db.session import ShopSession
from app.kernel.period import Period, start_of, zone
from app.reports.reasons import Why, about, why

PORTION = 1000
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one creator stands at in one currency, or by how much that changed. Minor units."""

    pending: int = 0
    payable: int = 0
    in_transit: int = 0
    paid: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.pending + other.pending,
            self.payable + other.payable,
            self.in_transit + other.in_transit,
            self.paid + other.paid,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """What stood before the period."""

    currency: str
    stands: Standing


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement of the period."""

    at: datetime
    """In the shop's zone."""
    kind: str
    order_id: int | None
    about: str
    """The order's name, or what kind of award it is."""
    why: str
    currency: str
    by: Standing


@dataclass(frozen=True, slots=True)
class Closing:
    """What stands after the period."""

    currency: str
    stands: Standing


Row = Opening | Moved | Closing


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose statement, and of when."""

    domain: str
    creator_id: int
    creator: str
    """Handle."""
    period: Period
    timezone: str

    @property
    def begins_at(self) -> datetime:
        """The first instant of the period."""
        return start_of(self.period.start_on, self.timezone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return start_of(self.period.day_after(), self.timezone)


# Credits less debits of what is owed; of cash what went out. What a payout in between moved is in_transit.
_BY = ", ".join(
    f"case when p.credit = '{account}' then p.amount_minor when p.debit = '{account}' then -p.amount_minor "
    f"else 0 end as {account}"
    for account in ("pending", "payable", "in_transit", "cash")
)
_SHOWN = "('pending', 'payable', 'in_transit', 'cash', 'goods')"
# What a provider took is the shop's, paid from the same cash: no statement of a creator has it.
_THEIRS = f"(p.debit in {_SHOWN} or p.credit in {_SHOWN}) and e.kind <> 'fee'"

_OPENINGS = text(f"""
    select currency, coalesce(sum(pending) filter (where earlier), 0) as pending,
           coalesce(sum(payable) filter (where earlier), 0) as payable,
           coalesce(sum(in_transit) filter (where earlier), 0) as in_transit,
           coalesce(sum(cash) filter (where earlier), 0) as cash
    from (
        select p.currency, e.effective_at < :begins as earlier, {_BY}
        from postings p join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id
        where p.shop_id = :shop and p.creator_id = :creator and e.effective_at < :ends
          and {_THEIRS}
    ) as known group by currency order by currency
""")  # noqa: S608 - constants of this file

_MOVEMENTS = text(f"""
    select e.effective_at, e.kind, e.idempotency_key, p.currency, p.order_id, o.name as order_name,
           a.kind as award_kind, a.reason, v.ruling, v.reason as ruling_reason,
           o.facts ->> 'cancelled_at' is not null as cancelled, c.order_id is not null as credited,
           exists (select from refunds r where r.shop_id = p.shop_id and r.order_id = p.order_id
                   and r.refunded_at = e.effective_at) as refunded,
           {_BY}
    from postings p
    join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id
    left join orders o on o.shop_id = p.shop_id and o.id = p.order_id
    left join awards a on a.shop_id = p.shop_id and a.key = p.award
    left join credits c on c.shop_id = p.shop_id and c.order_id = p.order_id and c.creator_id = p.creator_id
    left join verdicts v on v.shop_id = p.shop_id and v.order_id = p.order_id and v.creator_id = p.creator_id
    where p.shop_id = :shop and p.creator_id = :creator
      and e.effective_at >= :begins and e.effective_at < :ends
      and {_THEIRS}
    order by p.currency, e.effective_at, e.id, p.id
""")  # noqa: S608 - constants of this file


def rows(session: ShopSession, asked: Asked) -> Iterator[Row]:
    """The statement, currency by currency: opening, movements in the order in which they were true, closing.

    A creator who never earned anything has none. Read in portions; the session stays open meanwhile.
    """
    facts = {
        "shop": session.shop_id,
        "creator": asked.creator_id,
        "begins": asked.begins_at,
        "ends": asked.ends_at,
    }
    openings = [Opening(r.currency, _standing(r)) for r in session.execute(_OPENINGS, facts)]
    if not openings:
        return
    found = session.execute(_MOVEMENTS, facts, execution_options={"yield_per": PORTION})
    try:
        yield from _sections(openings, (_moved(r, asked.timezone) for r in found))
    finally:
        found.close()  # Whoever stops reading half-way leaves no open cursor behind.


def _sections(openings: list[Opening], moved: Iterator[Moved]) -> Iterator[Row]:
    following = next(moved, None)
    for opening in openings:
        yield opening
        stands = opening.stands
        while following is not None and following.currency == opening.currency:
            stands += following.by
            yield following
            following = next(moved, None)
        yield Closing(opening.currency, stands)


def closings(found: Iterable[Row]) -> list[Closing]:
    """What stands at the end, by currency."""
    return [row for row in found if isinstance(row, Closing)]


def _standing(row: Any) -> Standing:
    return Standing(int(row.pending), int(row.payable), int(row.in_transit), int(row.cash))


def _moved(row: Any, timezone: str) -> Moved:
    known = Why(
        kind=row.kind,
        order=row.order_name,
        award=row.award_kind,
        reason=row.reason,
        is_first=row.idempotency_key.endswith("/0"),
        refunded=row.refunded,
        cancelled=bool(row.cancelled),
        credited=row.credited,
        denied=row.ruling_reason if row.ruling == "denied" else None,
    )
    return Moved(
        at=row.effective_at.astimezone(zone(timezone)),
        kind=row.kind,
        order_id=row.order_id,
        about=about(known),
        why=why(known),
        currency=row.currency,
        by=_standing(row),
    )
