"""What the home and health pages ask: how far the set-up is, what wants a person, how far behind we are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db.session import ShopSession


@dataclass(frozen=True, slots=True)
class Facts:
    """The shop at a glance; every figure is read, none is remembered."""

    programs: int
    creators: int
    codes_active: int
    codes_failed: int
    codes_waiting: int
    credited_orders: bool
    flagged: int
    parked: int
    privacy_open: int
    applications: int
    leads: int
    """Of which somebody has to say whether they count."""
    wrote: int
    """Creators whose messages nobody has read."""
    wrote_first: str | None
    """Handle of the one who waits longest."""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was tried as often as it may be."""

    id: int
    name: str
    attempts: int
    ended_at: datetime | None


_FACTS = text("""
    select (select count(*) from programs where shop_id = :shop),
           (select count(*) from creators where shop_id = :shop and archived_at is null),
           (select count(*) from codes where shop_id = :shop and state = 'active'),
           (select count(*) from codes where shop_id = :shop and state = 'failed'),
           (select count(*) from codes where shop_id = :shop and state in ('waiting', 'issuing')),
           exists (select from credits where shop_id = :shop),
           (select count(distinct order_id) from credits where shop_id = :shop and flagged and not denied),
           (select count(*) from inbox where shop_domain = :domain and state = 'parked'),
           (select count(*) from privacy_requests where shop_id = :shop and done_at is null),
           (select count(*) from applications where shop_id = :shop),
           (select count(*) from lead_events where shop_id = :shop and state = 'pending' and ruling is null),
           (select count(distinct creator_id) from messages where shop_id = :shop and read_at is null and is_from_creator),
           (select r.handle from messages w join creators r on r.shop_id = w.shop_id and r.id = w.creator_id
            where w.shop_id = :shop and w.read_at is null and w.is_from_creator order by w.id limit 1)
""")

_ROLLUP = text("select count(*), min(marked_at) from rollup_dirty where shop_id = :shop")

_FAILED_JOBS = text("""
    select j.id, j.task_name, j.attempts, (select max(e.at) from procrastinate_events e where e.job_id = j.id)
    from procrastinate_jobs j
    where j.status = 'failed' and j.args ->> 'shop_id' = cast(:shop as text)
    order by j.id desc limit :most
""")


def facts(session: ShopSession, domain: str) -> Facts:
    """The shop at a glance, in one statement."""
    return Facts(*session.execute(_FACTS, {"shop": session.shop_id, "domain": domain}).one())


def rollup_lag(session: ShopSession) -> tuple[int, datetime | None]:
    """How many cells of the reports wait to be derived again, and since when the oldest does."""
    waiting, since = session.execute(_ROLLUP, {"shop": session.shop_id}).one()
    return waiting, since


def failed_jobs(session: ShopSession, *, most: int = 20) -> list[FailedJob]:
    """Jobs of this shop that were given up, newest first."""
    rows = session.execute(_FAILED_JOBS, {"shop": session.shop_id, "most": most})
    return [FailedJob(*row) for row in rows]
