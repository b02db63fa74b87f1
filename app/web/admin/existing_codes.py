"""Codes that the shop had before the app: read from Shopify, or typed; the merchant says whose each is."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows.adopt_codes import adopt_codes, read
from app.flows.name_code import is_offline
from app.flows.pasted import Fault, Faulty
from app.flows.suggest_owner import suggest_owner
from app.kernel.errors import Conflict, Forbidden, Invalid, UpstreamError
from app.kernel.ids import ShopId
from app.kernel.period import day_of, start_of
from app.reports import store
from app.shopify.shop_codes import ShopCode, ShopCodes
from app.tracking.model import fold
from app.tracking.store import owners_of
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import Visit, back, desk, visit

pages = Blueprint("existing_codes", __name__)
REFUSED = 422
SHOWN = 50
"""Lines that are told one by one."""
OWNER = "owner."
"""What the names of the list's fields begin with; the code follows."""
LONGEST_SEARCH = 100


@pages.get("/codes/existing")
@audience(Audience.MERCHANT)
def show() -> str:
    """The shop's own codes as Shopify has them, and a form for all that are not listed."""
    return _page(Form({}))


@pages.post("/codes/existing")
@audience(Audience.MERCHANT)
def take() -> Response | tuple[str, int]:
    """Take all lines, or none and say what is wrong with each."""
    form = Form(request.form)
    try:
        wanted = read(_lines(form))
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


def _lines(form: Form) -> str:
    """What was typed, and beside it each code of the list for which a creator was named."""
    chosen = [
        (handle.strip(), name.removeprefix(OWNER))
        for name, handle in form.sent.items()
        if name.startswith(OWNER) and handle.strip()
    ]
    written = StringIO()
    csv.writer(written).writerows(chosen)
    typed = form.value("codes").strip("\n")
    return "\n".join(part for part in (typed, written.getvalue()) if part.strip())


@dataclass(frozen=True)
class Row:
    """A code of the list."""

    found: ShopCode
    owner: str | None
    """Handle of whose it is already."""
    suggested: str
    """Handle of whose it may be; empty when nothing speaks for anybody."""


@dataclass(frozen=True)
class Listed:
    """What Shopify has, or why it did not say."""

    rows: tuple[Row, ...] = ()
    unlisted: tuple[tuple[str, int], ...] = ()
    after: str | None = None
    silence: str | None = None


def _ask(shop_id: ShopId, search: str, after: str | None) -> ShopCodes | str:
    """What Shopify has, or why it does not say. Asked while no transaction is open."""
    try:
        return desk().shop_codes(shop_id, search, after)
    except (UpstreamError, Forbidden) as silent:
        return str(silent)


def _page(form: Form, faults: tuple[Fault, ...] = ()) -> str:
    search, after = request.args.get("q", "")[:LONGEST_SEARCH], request.args.get("after") or None
    with visit() as v:
        programs, people = store.choices(v.session)
        shop_id, alone = v.shop.id, is_offline(v.session)
    found: ShopCodes | str | None = None if alone else _ask(shop_id, search, after)
    return render_template(
        "admin/codes_existing.html",
        form=form,
        faults=faults[:SHOWN],
        more=len(faults) - SHOWN,
        programs=programs,
        people=people,
        search=search,
        listed=_rows(found, people) if isinstance(found, ShopCodes) else Listed(silence=found),
        owner=OWNER,
    )


def _rows(found: ShopCodes, people: Sequence[tuple[str, str]]) -> Listed:
    with visit() as v:
        owners = owners_of(v.session, [one.code for one in found.codes])
    rows = [
        Row(one, owners.get(fold(one.code)), suggest_owner(one.code, people) or "") for one in found.codes
    ]
    return Listed(tuple(rows), found.unlisted, found.after)
