"""Months of clicks: those to come are made, those that nobody asks for any more go. The database's own functions do it."""

from datetime import date, datetime

from sqlalchemy import text

from app.db.session import Fenced

_MAKE = text("select make_click_months(cast(:first as date), :months)")
_RETIRE = text("select retire_click_month(cast(:month as date))")
_HELD = text(r"""
    select cast(to_date(substring(relname from '\d{6}$'), 'YYYYMM') as date) as month from pg_class
    where relnamespace = cast(current_schema() as regnamespace) and relispartition and relkind = 'r' and relname ~ '^clicks_\d{6}$'
    order by 1
""")

_NOBODY_ELSE = text("select pg_advisory_xact_lock(hashtextextended('clicks', :shop))")
_UNCOUNT = text("delete from link_days where shop_id = :shop and not sealed")
_RECOUNT = text("""
    insert into link_days (shop_id, link_id, day, clicks, duplicates, bots)
    select c.shop_id, c.link_id, cast(c.at at time zone s.timezone as date), count(*) filter (where c.verdict = 'billable'),
           count(*) filter (where c.verdict = 'duplicate'), count(*) filter (where c.verdict = 'bot')
    from clicks c join shops s on s.id = c.shop_id
    where c.shop_id = :shop and cast(c.at at time zone s.timezone as date)
          > coalesce((select max(day) from link_days where shop_id = :shop and sealed), '-infinity')
    group by 1, 2, 3
    on conflict do nothing
""")


def make_months(session: Fenced, first: date, months: int) -> int:
    """Make the months from the one of that day on; returns how many were missing."""
    return int(session.execute(_MAKE, {"first": first, "months": months}).scalar_one())


def months_held(session: Fenced) -> list[date]:
    """First days of the months that have a partition, oldest first."""
    return list(session.execute(_HELD).scalars())


def retire_month(session: Fenced, month: date) -> int:
    """Let the month's clicks go but for those that an order names; returns how many went or moved."""
    return int(session.execute(_RETIRE, {"month": month}).scalar_one())


def count_again(session: Fenced, shop_id: int) -> None:
    """Count the days of the shop's links again, by the zone that it has now; days whose clicks are gone stay."""
    for statement in (_NOBODY_ELSE, _UNCOUNT, _RECOUNT):
        session.execute(statement, {"shop": shop_id})


def first_of_month(at: datetime, months_ago: int = 0) -> date:
    """The first day of the month that lies so many before, in UTC."""
    months = at.year * 12 + at.month - 1 - months_ago
    return date(months // 12, months % 12 + 1, 1)
