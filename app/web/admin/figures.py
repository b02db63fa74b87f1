"""Tiles and charts as several pages show them, and reports as files."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import Response

from app.kernel.currency import exponent
from app.kernel.period import Period, day_of
from app.reports import performance, store
from app.reports.model import Calendar, Filters
from app.reports.sheet import sheet
from app.web.charts import line_chart
from app.web.visit import Visit

MAIN = "net_sales"
"""The column of charts and trends."""


def figures(v: Visit, filters: Filters) -> dict[str, Any]:
    """Tiles and chart of a period for a template: one query."""
    both = Period(filters.period.previous().start_on, filters.period.end_on)
    found = store.by_currency(v.session, filters, both)
    days = found.get(filters.currency, {})
    column = sheet()[MAIN]
    line = performance.line(days, filters.period, calendar(v), column)
    return {
        "tiles": performance.tiles(days, filters.period, calendar(v)),
        "apart": {
            currency: performance.total(each, filters.period)
            for currency, each in sorted(found.items())
            if currency != filters.currency
            and any(filters.period.start_on <= day <= filters.period.end_on for day in each)
        },
        "column": column,
        "days": line,
        "drawing": line_chart(line, unit=Decimal(10) ** exponent(v.shop.currency)),
    }


def calendar(v: Visit) -> Calendar:
    """Which days of this shop can have figures."""
    zone = v.shop.timezone
    return Calendar(day_of(v.shop.installed_at, zone), day_of(v.now, zone))


def csv_file(name: str, lines: Iterable[str]) -> Response:
    """Lines as a file to keep; read to the end here, while the transaction is open."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(lines), content_type="text/csv; charset=utf-8", headers=headers)
