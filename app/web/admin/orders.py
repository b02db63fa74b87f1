"""Orders that creators brought in, and the page that says why one of them was credited as it was."""

from typing import Any

from flask import Blueprint, render_template, request

from app.attribution.modelbook import model_of
from app.flows.assign import standing_of
from app.flows.explain import explain
from app.kernel.errors import Invalid
from app.reports import orders, store
from app.reports.orders import OrderFilters, State
from app.web import periods
from app.web.admin.timeline import timeline
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import Visit, visit

pages = Blueprint("orders", __name__)


@pages.get("/orders")
@audience(Audience.MERCHANT)
def listed() -> str:
    """The list, newest first."""
    before = request.args.get("before", "")
    below = int(before) if before.isascii() and before.isdecimal() else None
    with visit() as v:
        filters, problem = _filters(v)
        rows, more = orders.listed(v.session, filters, now=v.now, before=below)
        _, people = store.choices(v.session)
    return render_template(
        "admin/orders.html", rows=rows, more=more, filters=filters, problem=problem, states=State,
        people=people, live=not before,
    )  # fmt: skip


@pages.get("/orders/<int:order_id>")
@audience(Audience.MERCHANT)
def show(order_id: int) -> str:
    """Why this order was credited as it was."""
    return page_of(order_id, Form({}))


def page_of(order_id: int, typed: Form) -> str:
    """The page of one order, with what was typed into the form of a decision."""
    with visit() as v:
        record = explain(v.session, str(order_id), v.now)
        people = orders.people(v.session, _handles(record))
    standing = standing_of(record["decisions"])
    return render_template(
        "admin/order.html",
        record=record,
        names=people.names,
        moments=timeline(record),
        people=people.assignable,
        typed=typed,
        waiting=record["waiting"],
        standing=standing,
        model_label=model_of(record["model"]).label,
        models_agree=all(m["credits"] == record["models"][0]["credits"] for m in record["models"]),
        live=True,
    )


def _handles(record: dict[str, Any]) -> set[str]:
    """Everybody whom the record names."""
    found = [c["creator"] for c in (*record["credits"], *record["candidates"])]
    found += [c["creator"] for model in record["models"] for c in model["credits"]]
    found += [m["creator"] for m in record["ledger"]]
    found += [s["creator"] for d in record["decisions"] for s in d["facts"].get("shares", ())]
    return {handle for handle in found if handle}


def _filters(v: Visit) -> tuple[OrderFilters, str | None]:
    args = request.args
    who = (args.get("creator") or None, args.get("program") or None)
    state = State(args["status"]) if args.get("status") in list(State) else None
    if not args.get("from") and not args.get("to"):
        return OrderFilters(None, *who, state), None
    try:
        return OrderFilters(periods.period(args, v.now, v.shop.timezone), *who, state), None
    except Invalid as error:
        return OrderFilters(None, *who, state), str(error)
