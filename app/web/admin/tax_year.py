"""The year's tax overview: who was paid what by which way, their tax form, and the threshold."""

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, render_template, request, stream_with_context

from app.kernel.money import Money
from app.payouts import tax_store
from app.payouts.tax import UnknownThreshold, nec_threshold
from app.reports import tax_year
from app.web.admin.tax_forms import KINDS
from app.web.audience import Audience, audience
from app.web.visit import Visit, visit

pages = Blueprint("tax_year", __name__)
MOST = 500
"""Rows that the page shows; the CSV has all of them."""


@pages.get("/tax")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    with visit() as v:
        known = tax_year.years(v.session, v.shop.timezone, v.now)
        year = _asked(known)
        found = list(islice(tax_year.rows(v.session, year, v.shop.timezone), MOST + 1))
        waiting = tax_store.waiting(v.session)
    threshold = _threshold(year)
    return render_template(
        "admin/tax_year.html",
        years=known,
        year=year,
        rows=[(row, tax_year.reached(row, threshold).value) for row in found[:MOST]],
        has_more=len(found) > MOST,
        threshold=threshold,
        waiting=waiting,
        kinds=KINDS,
        most=MOST,
    )


@pages.get("/tax.csv")
@audience(Audience.MERCHANT)
def as_csv() -> Response:
    """The CSV, sent while it is read."""
    with visit() as v:
        year = _year_of(v)  # Refused here, while there is still a status to refuse with.
    headers = {"Content-Disposition": f'attachment; filename="paid-to-creators-{year}.csv"'}
    return Response(
        stream_with_context(_lines(year)), content_type="text/csv; charset=utf-8", headers=headers
    )


def _lines(year: int) -> Iterator[str]:
    with visit() as v:
        yield from tax_year.lines(tax_year.rows(v.session, year, v.shop.timezone), _threshold(year))


def _year_of(v: Visit) -> int:
    return _asked(tax_year.years(v.session, v.shop.timezone, v.now))


def _asked(known: list[int]) -> int:
    """The year of the address where there is such a year, else the latest."""
    wanted = request.args.get("year", "")
    return next((year for year in known if str(year) == wanted), known[0])


def _threshold(year: int) -> Money | None:
    try:
        return nec_threshold(year)
    except UnknownThreshold:
        return None  # The page and the file say so: a guess would be worse.
