"""A creator's statement: the page, the CSV and the PDF, all of the same rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, stream_with_context

from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of
from app.reports import people, statement, statement_csv
from app.reports.people import Person
from app.reports.statement import Asked
from app.web import periods
from app.web.audience import Audience, audience
from app.web.print import statement as paper
from app.web.statement_page import MOST, page_part, statement_file, usual_periods
from app.web.visit import Visit, format_of, visit

pages = Blueprint("statements", __name__)


@pages.get("/creators/<handle>/statement")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    with visit() as v:
        found, problem = _asked(v, handle)
        rows = list(statement.rows(v.session, found.asked))
    parts = [(currency, page_part(part)) for currency, part in paper.sections(rows)]
    return render_template(
        "admin/statement.html",
        person=found.person,
        period=found.asked.period,
        choices=usual_periods(found.today),
        problem=problem,
        parts=parts,
        labels=paper.LABELS,
        digest=statement_csv.digest(found.asked, rows),
        most=MOST,
    )


@pages.get("/creators/<handle>/statement.csv")
@audience(Audience.MERCHANT)
def as_csv(handle: str) -> Response:
    """The CSV, sent while it is read: however long it is, little of it is in memory."""
    with visit() as v:
        found, _ = _asked(v, handle)  # Refused here, while there is still a status to refuse with.
    return statement_file(
        stream_with_context(_lines(found.asked)), found.asked, "csv", "text/csv; charset=utf-8"
    )


@pages.get("/creators/<handle>/statement.pdf")
@audience(Audience.MERCHANT)
def as_pdf(handle: str) -> Response:
    """The PDF."""
    with visit() as v:
        found, _ = _asked(v, handle)
        rows = list(statement.rows(v.session, found.asked))
    body = paper.pdf(
        found.asked,
        rows,
        statement_csv.digest(found.asked, rows),
        shop=v.shop.name or v.shop.domain,
        name=found.person.name,
        fmt=format_of(v.shop),
    )
    return statement_file(body, found.asked, "pdf", "application/pdf")


@dataclass(frozen=True)
class _Found:
    """What the address asks for."""

    person: Person
    asked: Asked
    today: Period


def _asked(v: Visit, handle: str) -> tuple[_Found, str | None]:
    """This month unless the address says otherwise; and a sentence where its dates could not be read."""
    person = people.person(v.session, handle, v.now)
    today = day_of(v.now, v.shop.timezone)
    usual, problem = Period(today.replace(day=1), today), None
    try:
        given = request.args.get("from") or request.args.get("to")
        period = periods.period(request.args, v.now, v.shop.timezone) if given else usual
    except Invalid as error:
        period, problem = usual, str(error)
    asked = Asked(v.shop.domain, person.id, person.handle, period, v.shop.timezone)
    return _Found(person, asked, Period(today, today)), problem


def _lines(asked: Asked) -> Iterator[str]:
    with visit() as v:
        yield from statement_csv.lines(asked, statement.rows(v.session, asked))
