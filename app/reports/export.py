"""Reports as CSV: the numbers of the pages, exact, line by line.

Amounts are in major units with the currency's own decimals; a value that is n/a is an empty cell.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.db.session import ShopSession
from app.kernel.currency import major_units
from app.kernel.money import half_even
from app.reports import store
from app.reports.column import Column, Unit
from app.reports.model import Filters, Sort, Totals
from app.reports.sheet import sheet

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet reads a cell that begins so as a formula."""


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def creators(session: ShopSession, filters: Filters, sort: Sort, now: datetime) -> Iterator[str]:
    """The creators' table: one line each, with every column, in the order of the page."""
    rows, _ = store.creators(session, filters, sort, page=None, now=now)
    yield csv_line(["creator", "name", "status", "currency", *sheet()])
    for row in rows:
        figures = _figures(row.totals, filters.currency)
        yield csv_line([text_cell(row.handle), text_cell(row.name), row.status, filters.currency, *figures])


def days(session: ShopSession, filters: Filters) -> Iterator[str]:
    """One line for each day that had orders."""
    yield csv_line(["day", "currency", *sheet()])
    for day, totals in sorted(store.days(session, filters, filters.period).items()):
        yield csv_line([day.isoformat(), filters.currency, *_figures(totals, filters.currency)])


def _figures(totals: Totals, currency: str) -> list[str]:
    return [_figure(column, column.value(totals), currency) for column in sheet().values()]


def _figure(column: Column, value: Decimal | None, currency: str) -> str:
    if value is None:
        return ""
    if column.unit is Unit.MONEY:
        return f"{major_units(half_even(*value.as_integer_ratio()), currency):f}"
    return f"{value.quantize(Decimal('0.000001')).normalize():f}"


def text_cell(value: str) -> str:
    """Text that stays text in a spreadsheet."""
    return f"'{value}" if value.startswith(DANGEROUS) else value


def csv_line(cells: Iterable[Any]) -> str:
    """One line of CSV, as every export writes it: RFC 4180, ended by CR LF."""
    line: str = csv.writer(_Line()).writerow(cells)
    return line
