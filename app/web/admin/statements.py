"""A creator's statement: the page, the CSV and the PDF, all of the same rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, stream_with_context

from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of
from app.reports import people, statement, statement_csv
from app.reports.people import Person
from app.reports.statement import Asked, Moved, Row
from app.web.admin import inputs
from app.web.audience import Audience, audience
from app.web.print import statement as paper
from app.web.visit import Visit, format_of, visit

pages = Blueprint("statements", __name__)
MOST = 500
"""Movements that the page shows; the files have all of them."""


@pages.get("/creators/<handle>/statement")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    with visit() as v:
        found, problem = _asked(v, handle)
        rows = list(statement.rows(v.session, found.asked))
    parts = [(currency, _part(part)) for currency, part in paper.sections(rows)]
    return render_template(
        "admin/statement.html",
        person=found.person,
        period=found.asked.period,
        choices=_choices(found.today),
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
    return _file(stream_with_context(_lines(found.asked)), found.asked, "csv", "text/csv; charset=utf-8")


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
    return _file(body, found.asked, "pdf", "application/pdf")


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
        period = inputs.period(request.args, v.now, v.shop.timezone) if given else usual
    except Invalid as error:
        period, problem = usual, str(error)
    asked = Asked(v.shop.domain, person.id, person.handle, period, v.shop.timezone)
    return _Found(person, asked, Period(today, today)), problem


def _lines(asked: Asked) -> Iterator[str]:
    with visit() as v:
        yield from statement_csv.lines(asked, statement.rows(v.session, asked))


def _part(rows: list[Row]) -> dict[str, object]:
    moves = [row for row in rows if isinstance(row, Moved)]
    return {
        "accounts": paper.shown(rows),
        "opening": rows[0],
        "moves": moves[:MOST],
        "more": max(0, len(moves) - MOST),
        "closing": rows[-1],
    }


def _choices(today: Period) -> list[tuple[str, Period]]:
    """Periods that statements are usually of."""
    first = today.start_on.replace(day=1)
    last = Period(first, first).previous().start_on
    year = today.start_on.replace(month=1, day=1)
    return [
        ("This month", Period(first, today.end_on)),
        ("Last month", Period(last.replace(day=1), last)),
        ("This year", Period(year, today.end_on)),
    ]


def _file(body: bytes | Iterator[str], asked: Asked, ending: str, kind: str) -> Response:
    name = f"statement-{asked.creator}-{asked.period.start_on}-{asked.period.end_on}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)
