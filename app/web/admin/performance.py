"""The performance page: what creators brought in a period, beside the period before it."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from app.reports import export, performance, store
from app.reports.model import Filters
from app.reports.sheet import sheet
from app.web.admin import inputs
from app.web.admin.figures import MAIN, calendar, csv_file, figures
from app.web.audience import Audience, audience
from app.web.visit import Visit, visit

pages = Blueprint("performance", __name__)
SORTS = frozenset({store.NAME, *sheet()})


@pages.get("/performance")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    with visit() as v:
        filters, problem = inputs.filters(v)
        programs, people = store.choices(v.session)
        values = figures(v, filters) | _table(v, filters)
    return render_template(
        "admin/performance.html",
        live=True,
        problem=problem,
        filters=filters,
        programs=programs,
        people=people,
        **values,
    )


@pages.get("/performance.csv")
@audience(Audience.MERCHANT)
def download() -> Response:
    """The creators' table as a file: the same numbers, all pages."""
    with visit() as v:
        filters, _ = inputs.filters(v)
        sort = inputs.sort(request.args, SORTS, f"-{MAIN}")
        return csv_file("performance.csv", export.creators(v.session, filters, sort, v.now))


def _table(v: Visit, filters: Filters) -> dict[str, Any]:
    page = inputs.page(request.args)
    sort = inputs.sort(request.args, SORTS, f"-{MAIN}")
    rows, total = store.creators(v.session, filters, sort, page=page, now=v.now)
    days = store.trends(v.session, filters, [row.id for row in rows])
    column, known = sheet()[MAIN], calendar(v)
    return {
        "rows": rows,
        "trends": {
            row.id: performance.daily(column, days.get(row.id, {}), filters.period, known) for row in rows
        },
        "page": page,
        "pages": page.of(total),
        "total": total,
        "sort": sort,
        "columns": sheet(),
    }
