"""Codes that the shop had before the app: the merchant says whose each is."""

from datetime import date, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows.adopt_codes import adopt_codes, read
from app.flows.pasted import Fault, Faulty
from app.kernel.errors import Conflict, Invalid
from app.kernel.period import day_of, start_of
from app.reports import store
from app.web.admin.forms import Form
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, desk, visit

pages = Blueprint("existing_codes", __name__)
REFUSED = 422
SHOWN = 50
"""Lines that are told one by one."""


@pages.get("/codes/existing")
@audience(Audience.MERCHANT)
def show() -> str:
    """The empty form."""
    return _page(Form({}))


@pages.post("/codes/existing")
@audience(Audience.MERCHANT)
def take() -> Response | tuple[str, int]:
    """Take all lines, or none and say what is wrong with each."""
    form = Form(request.form)
    try:
        wanted = read(form.value("codes"))
        with visit() as v:
            adopt_codes(
                v.session,
                desk(),
                wanted,
                program=form.value("program"),
                since=_since(v, form.value("day")),
                actor=v.actor,
                now=v.now,
            )
    except Faulty as refused:
        return _page(form, refused.faults), REFUSED
    except (Conflict, Invalid) as refused:
        form.errors["codes"] = str(refused)
        return _page(form), REFUSED
    return back("/creators", "added")


def _since(v: Visit, day: str) -> datetime:
    """The beginning of that day in the shop; now without one. Raises Invalid."""
    if not day.strip():
        return v.now
    try:
        found = date.fromisoformat(day.strip())
    except ValueError:
        raise Invalid(f"{day[:40]!r} is not a day such as 2026-12-01.") from None
    if found > day_of(v.now, v.shop.timezone):
        raise Invalid(f"{day} is still to come. Choose today, or a day gone by.")
    return start_of(found, v.shop.timezone)


def _page(form: Form, faults: tuple[Fault, ...] = ()) -> str:
    with visit() as v:
        programs, _ = store.choices(v.session)
    return render_template(
        "admin/codes_existing.html",
        form=form,
        faults=faults[:SHOWN],
        more=len(faults) - SHOWN,
        programs=programs,
    )
