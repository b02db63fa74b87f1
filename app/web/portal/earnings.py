"""What was earned as a running account: every movement with its reason, and the same as a file."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from flask import Blueprint, Response, render_template, request, stream_with_context

from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of
from app.reports import statement, statement_csv
from app.reports.statement import Asked
from app.web import periods
from app.web.audience import Audience, audience
from app.web.portal.visit import Visit, format_of, visit
from app.web.print import statement as paper
from app.web.statement_page import MOST, page_part, statement_file, usual_periods

pages = Blueprint("earnings", __name__)


@pages.get("/portal/<shop>/<creator>/earnings")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page."""
    with visit(shop, creator) as v:
        asked, problem = _asked(v)
        today = day_of(v.now, v.shop.timezone)
        rows = list(statement.rows(v.session, asked))
    parts = [(currency, page_part(part)) for currency, part in paper.sections(rows)]
    return render_template(
        "portal/earnings.html",
        period=asked.period,
        choices=usual_periods(Period(today, today)),
        problem=problem,
        parts=parts,
        most=MOST,
    )


@pages.get("/portal/<shop>/<creator>/statement.csv")
@audience(Audience.CREATOR)
def as_csv(shop: str, creator: str) -> Response:
    """The CSV, sent while it is read."""
    with visit(shop, creator) as v:
        asked, _ = _asked(v)  # Refused here, while there is still a status to refuse with.
    return statement_file(
        stream_with_context(_lines(visit(shop, creator), asked)), asked, "csv", "text/csv; charset=utf-8"
    )


@pages.get("/portal/<shop>/<creator>/statement.pdf")
@audience(Audience.CREATOR)
def as_pdf(shop: str, creator: str) -> Response:
    """The PDF."""
    with visit(shop, creator) as v:
        asked, _ = _asked(v)
        rows = list(statement.rows(v.session, asked))
    body = paper.pdf(
        asked,
        rows,
        statement_csv.digest(asked, rows),
        shop=v.shop.name or v.shop.domain,
        name=v.creator.contact.name,
        fmt=format_of(v.shop),
    )
    return statement_file(body, asked, "pdf", "application/pdf")


def _lines(opened: AbstractContextManager[Visit], asked: Asked) -> Iterator[str]:
    with opened as v:
        yield from statement_csv.lines(asked, statement.rows(v.session, asked))


def _asked(v: Visit) -> tuple[Asked, str | None]:
    """This month unless the address says otherwise; and a sentence where its dates could not be read."""
    today = day_of(v.now, v.shop.timezone)
    period, problem = Period(today.replace(day=1), today), None
    try:
        if request.args.get("from") or request.args.get("to"):
            period = periods.period(request.args, v.now, v.shop.timezone)
    except Invalid as error:
        problem = str(error)
    return Asked(v.shop.domain, v.creator.id, v.creator.handle, period, v.shop.timezone), problem
