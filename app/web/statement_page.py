"""What the merchant's and the creator's page of a statement share."""

from collections.abc import Iterator

from flask import Response

from app.kernel.period import Period
from app.reports.statement import Asked, Moved, Row
from app.web.print import statement as paper

MOST = 500
"""Movements that the page shows; the files have all of them."""


def page_part(rows: list[Row]) -> dict[str, object]:
    """One currency's part of the page."""
    moves = [row for row in rows if isinstance(row, Moved)]
    return {
        "accounts": paper.shown(rows),
        "opening": rows[0],
        "moves": moves[:MOST],
        "more": max(0, len(moves) - MOST),
        "closing": rows[-1],
    }


def usual_periods(today: Period) -> list[tuple[str, Period]]:
    """Periods that statements are usually of."""
    first = today.start_on.replace(day=1)
    last = Period(first, first).previous().start_on
    year = today.start_on.replace(month=1, day=1)
    return [
        ("This month", Period(first, today.end_on)),
        ("Last month", Period(last.replace(day=1), last)),
        ("This year", Period(year, today.end_on)),
    ]


def statement_file(body: bytes | Iterator[str], asked: Asked, ending: str, kind: str) -> Response:
    """The answer that is kept as a file."""
    name = f"statement-{asked.creator}-{asked.period.start_on}-{asked.period.end_on}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)
