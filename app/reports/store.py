"""Figures from the rollups only: a page never reads the orders to count them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.campaigns.tables import Program
from app.creators.tables import Creator, Enrollment
from app.db.base import UTCDateTime
from app.db.session import ShopSession
from app.kernel.period import Period
from app.reports.model import MEASURES, Filters, Page, Sort, Totals
from app.reports.sheet import sheet
from app.reports.tables import CreatorDay, ShopDay

NAME = "name"
"""The sort key of a creator's name, beside the keys of the columns."""


@dataclass(frozen=True, slots=True)
class CreatorRow:
    """One creator in a table of figures."""

    id: int
    handle: str
    name: str
    profile: dict[str, Any]
    status: str
    """active, paused, archived, or none for somebody in no program."""
    totals: Totals


def days(session: ShopSession, filters: Filters, period: Period) -> dict[date, Totals]:
    """Totals by day. A day without credited orders is not in it."""
    return by_currency(session, filters, period).get(filters.currency, {})


def by_currency(session: ShopSession, filters: Filters, period: Period) -> dict[str, dict[date, Totals]]:
    """Totals by day for each currency that orders were placed in: a shop that changed its own has several."""
    table: type[CreatorDay | ShopDay] = CreatorDay if filters.program or filters.creator else ShopDay
    query = (
        select(table.currency, table.day, *_sums(table))
        .where(table.day.between(period.start_on, period.end_on))
        .group_by(table.currency, table.day)
    )
    found: dict[str, dict[date, Totals]] = {}
    for row in session.execute(_only(query, filters) if table is CreatorDay else query):
        found.setdefault(row[0], {})[row[1]] = Totals(*row[2:])
    return found


def creators(
    session: ShopSession, filters: Filters, sort: Sort, *, page: Page | None, now: datetime
) -> tuple[list[CreatorRow], int]:
    """Creators with their totals, and how many there are in all pages. No page: all of them."""
    cell = _by_creator(filters).subquery()
    status = status_of(now)
    query = (
        select(Creator.id, Creator.handle, Creator.name, Creator.profile, status.label("status"))
        .add_columns(*(func.coalesce(cell.c[m], 0) for m in MEASURES), func.count().over())
        .outerjoin(cell, cell.c.creator_id == Creator.id)
        .where(or_(Creator.archived_at.is_(None), cell.c.creator_id.is_not(None)))
        .order_by(*_order(sort, cell.c), Creator.handle)
    )
    if filters.creator:
        query = query.where(Creator.handle == filters.creator)
    if filters.program:
        query = query.where(or_(cell.c.creator_id.is_not(None), _enrolled(filters.program)))
    if page:
        query = query.limit(page.size).offset(page.offset)
    rows = session.execute(query).all()
    found = [_row(row) for row in rows]
    return found, rows[0][-1] if rows else 0


def trends(
    session: ShopSession, filters: Filters, creator_ids: Iterable[int]
) -> dict[int, dict[date, Totals]]:
    """Totals day by day for each of these creators."""
    query = (
        select(CreatorDay.creator_id, CreatorDay.day, *_sums(CreatorDay))
        .where(
            CreatorDay.creator_id.in_(list(creator_ids)),
            CreatorDay.day.between(filters.period.start_on, filters.period.end_on),
            CreatorDay.currency == filters.currency,
        )
        .group_by(CreatorDay.creator_id, CreatorDay.day)
    )
    found: dict[int, dict[date, Totals]] = {}
    for creator_id, day, *measures in session.execute(_only(query, filters)):
        found.setdefault(creator_id, {})[day] = Totals(*measures)
    return found


def choices(session: ShopSession, *, limit: int = 200) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(handle, name) of programs, and of at most `limit` creators, both by name: what filters offer."""
    programs = select(Program.handle, Program.name).order_by(Program.name).limit(limit)
    people = (
        select(Creator.handle, Creator.name)
        .where(Creator.archived_at.is_(None))
        .order_by(Creator.name)
        .limit(limit)
    )
    return [(h, n) for h, n in session.execute(programs)], [(h, n) for h, n in session.execute(people)]


def status_of(now: datetime) -> ColumnElement[str]:
    """A creator's status as SQL: active when any enrollment can earn now."""
    earns = Enrollment.active.op("@>", is_comparison=True)(literal(now, UTCDateTime()))
    active = (
        select(func.bool_or(earns))
        .where(Enrollment.shop_id == Creator.shop_id, Enrollment.creator_id == Creator.id)
        .correlate(Creator)
        .scalar_subquery()
    )
    return case(
        (Creator.archived_at.is_not(None), "archived"),
        (active.is_(True), "active"),
        (active.is_(False), "paused"),
        else_="none",
    )


def _row(row: Any) -> CreatorRow:
    key, handle, name, profile, status, *measures, _everybody = row
    return CreatorRow(key, handle, name, profile, status, Totals(*measures))


def _by_creator(filters: Filters) -> Select[Any]:
    query = (
        select(CreatorDay.creator_id, *_sums(CreatorDay))
        .where(
            CreatorDay.day.between(filters.period.start_on, filters.period.end_on),
            CreatorDay.currency == filters.currency,
        )
        .group_by(CreatorDay.creator_id)
    )
    return _only(query, filters)


def _sums(table: type[CreatorDay | ShopDay]) -> list[ColumnElement[Any]]:
    """Sums of all measures; a sum of BIGINT is NUMERIC in PostgreSQL and is read as a whole number."""
    return [
        func.sum(c).label(m) if m == "orders" else cast(func.sum(c), BigInteger).label(m)
        for m in MEASURES
        for c in (getattr(table, m),)
    ]


def _only(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.creator:
        query = query.where(CreatorDay.creator_id == _id_of(Creator.id, Creator.handle, filters.creator))
    if filters.program:
        query = query.where(CreatorDay.program_id == _id_of(Program.id, Program.handle, filters.program))
    return query


def _id_of(key: InstrumentedAttribute[int], column: InstrumentedAttribute[str], handle: str) -> Any:
    return select(key).where(column == handle).scalar_subquery()


def _enrolled(program: str) -> ColumnElement[bool]:
    return exists().where(
        Enrollment.shop_id == Creator.shop_id,
        Enrollment.creator_id == Creator.id,
        Enrollment.program_id == _id_of(Program.id, Program.handle, program),
    )


def _order(sort: Sort, cell: Any) -> list[ColumnElement[Any]]:
    if sort.key == NAME:
        return [Creator.name.desc() if sort.descending else Creator.name.asc()]
    column = sheet()[sort.key]
    value = cell[column.of]
    if column.per:
        value = value / func.nullif(cell[column.per], 0)
    return [value.desc().nulls_last() if sort.descending else value.asc().nulls_first()]
