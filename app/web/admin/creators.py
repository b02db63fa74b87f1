"""Creators: the list and the page of one. Writes stand in creator_writes."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.commissions import award_store
from app.creators import profile_store
from app.flows.leak import leak_scores
from app.flows.move_enrollment import WouldRejudge
from app.reports import orders, people, store
from app.reports.model import Filters
from app.reports.orders import OrderFilters
from app.reports.reasons import AWARDS
from app.web import periods
from app.web.admin import inputs
from app.web.admin.crediting import POLICIES
from app.web.admin.figures import figures
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import visit

pages = Blueprint("creators", __name__)
SORTS = frozenset(people.SORTS)
STATUSES = ("active", "paused", "archived")
SHOWN = 3
"""Awards on the page of one creator; all of them have a page of their own."""


@dataclass(frozen=True)
class Moving:
    """A move to another program as a merchant typed it in."""

    source: str = ""
    program: str = ""
    """Handles: from which, to which."""
    day: str = ""
    error: str | None = None
    question: WouldRejudge | None = None
    """Orders were placed since: shall they be priced again?"""


@pages.get("/creators")
@audience(Audience.MERCHANT)
def listed() -> str:
    """The list, with search, status and sort."""
    args, page = request.args, inputs.page(request.args)
    search, sort = args.get("q", "").strip()[:100], inputs.sort(args, SORTS, "-sales")
    status = args["status"] if args.get("status") in STATUSES else None
    with visit() as v:
        rows, total = people.listed(
            v.session, currency=v.shop.currency, search=search, status=status, sort=sort, page=page, now=v.now
        )
    return render_template(
        "admin/creators.html", rows=rows, total=total, page=page, sort=sort, search=search, status=status,
        statuses=[(s, s.capitalize()) for s in STATUSES], live=True,
    )  # fmt: skip


@pages.get("/creators/<handle>")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page of one creator."""
    return page_of(handle)


def page_of(
    handle: str,
    *,
    typed: str = "",
    error: str | None = None,
    problem: str | None = None,
    form: Form | None = None,
    moving: Moving | None = None,
) -> str:
    """The page, with what was refused and why: a new code as `typed`, another word, the `form` of who they are.

    `moving`: a move that was asked for and not done. Raises NoSuchCreator.
    """
    with visit() as v:
        person = people.person(v.session, handle, v.now)
        filters = Filters(periods.last_days(v.now, v.shop.timezone), v.shop.currency, creator=handle)
        values = figures(v, filters) | {"audience": profile_store.profile(v.session, person.id)}
        leaks = leak_scores(v.session, [c.code for c in person.codes if c.state == "active"], v.now)
        programs, _ = store.choices(v.session)
        awards = award_store.of_creator(v.session, person.id, most=SHOWN + 1)
        recent, _ = orders.listed(v.session, OrderFilters(creator=handle), now=v.now, most=10)
    return render_template(
        "admin/creator.html",
        person=person,
        filters=filters,
        recent=recent,
        typed=typed,
        error=error,
        problem=problem,
        leaks=leaks,
        programs=programs,
        moving=moving or Moving(),
        policies=POLICIES,
        form=form or Form({"name": person.name, "email": person.email or ""}),
        awards=awards[:SHOWN],
        more_awards=len(awards) > SHOWN,
        labels=AWARDS,
        live=error is None and problem is None and form is None and moving is None,
        **values,
    )
