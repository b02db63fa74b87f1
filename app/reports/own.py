"""What one creator brought in, for their own pages: days, sales. Read by the creator's own indexes only."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from app.db.session import ShopSession
from app.kernel.period import Period
from app.reports.orders import STATUS


@dataclass(frozen=True, slots=True)
class Sale:
    """One order that the creator was credited with. Amounts: their part, minor units of `currency`."""

    order_id: int
    name: str
    placed_at: datetime
    placed_on: date
    currency: str
    status: str
    net_minor: int
    commission_minor: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What the books say of the creator in one currency, minor units."""

    currency: str
    pending_minor: int
    """On hold."""
    payable_minor: int
    """Approved and not paid yet."""
    in_transit_minor: int
    paid_minor: int


_SALES = text(f"""
    select c.order_id, o.name, o.placed_at, c.placed_on, c.currency, {STATUS} as status, c.net_minor, c.commission_minor
    from credits c join orders o on o.shop_id = c.shop_id and o.id = c.order_id
    where c.shop_id = :shop and c.creator_id = :creator
      and (cast(:day as date) is null or (c.placed_on, c.order_id) < (:day, :id))
    order by c.placed_on desc, c.order_id desc limit :most
""")  # noqa: S608 - a constant of reports.orders

# Of an order that was given to somebody else since, one's own movements in the books stay to be explained.
_CREDITED = text("""
    select exists (select from credits where shop_id = :shop and order_id = :order and creator_id = :creator)
        or exists (select from postings where shop_id = :shop and order_id = :order and creator_id = :creator)
""")

_CLICKS = text("""
    select d.day, cast(sum(d.clicks) as bigint)
    from enrollments e
    join links l on l.shop_id = e.shop_id and l.enrollment_id = e.id
    join link_days d on d.shop_id = l.shop_id and d.link_id = l.id
    where e.shop_id = :shop and e.creator_id = :creator and d.day between :first and :last
    group by d.day
""")

_SUMS = text("""
    select currency, coalesce(sum(credit_minor - debit_minor) filter (where account = 'pending'), 0),
           coalesce(sum(credit_minor - debit_minor) filter (where account = 'payable'), 0),
           coalesce(sum(credit_minor - debit_minor) filter (where account = 'in_transit'), 0),
           coalesce(sum(credit_minor - debit_minor) filter (where account in ('cash', 'fees')), 0)
    from balances where shop_id = :shop and creator_id = :creator group by currency order by currency
""")


def sales(
    session: ShopSession,
    creator_id: int,
    *,
    now: datetime,
    before: tuple[date, int] | None = None,
    most: int = 25,
) -> tuple[list[Sale], bool]:
    """The creator's sales, the newest first, and whether there are more; `before`: day and order of the last one seen."""
    day, order = before or (None, None)
    facts = {"shop": session.shop_id, "creator": creator_id, "now": now, "day": day, "id": order}
    rows = session.execute(_SALES, facts | {"most": most + 1}).all()
    return [Sale(*row) for row in rows[:most]], len(rows) > most


def clicks(session: ShopSession, creator_id: int, period: Period) -> dict[date, int]:
    """Billable clicks on the creator's links by day; days without any are left out."""
    facts = {"shop": session.shop_id, "creator": creator_id, "first": period.start_on, "last": period.end_on}
    return {row[0]: row[1] for row in session.execute(_CLICKS, facts)}


def sums(session: ShopSession, creator_id: int) -> list[Sums]:
    """What the books say of the creator, by currency."""
    rows = session.execute(_SUMS, {"shop": session.shop_id, "creator": creator_id})
    return [Sums(row[0], *(int(n) for n in row[1:])) for row in rows]


def is_credited(session: ShopSession, creator_id: int, order_id: int) -> bool:
    """Whether the creator has, or had, a part in that order."""
    facts = {"shop": session.shop_id, "creator": creator_id, "order": order_id}
    return bool(session.execute(_CREDITED, facts).scalar_one())
