"""The control page for people at /_control/: where everything is, clock, webhook switches, deliveries, scenarios.

Programs use the JSON control API beside it; both change the same state.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from devstore.clock import parse_instant
from devstore.model import Refused, Shop
from devstore.pages_format import shop_named
from devstore.state import Event, State, Subscription

SHOWN_DELIVERIES = 60
STEPS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
COUNTS = ("duplicate_next", "drop_next")
SHARES = ("duplicate_share", "drop_share")
TICKS = ("paused", "shuffle", "lose_for_good", "lower_case")


class Delivery(Protocol):
    """What the page shows of one delivery."""

    webhook_id: str
    event: Event
    subscription: Subscription
    status: str
    answers: list[int | str]


class Deliveries(Protocol):
    """The courier, as far as this page needs it."""

    @property
    def log(self) -> Sequence[Delivery]:
        """Every delivery ever queued, oldest first."""

    def wake(self) -> None:
        """Look at the switches again."""


Scenario = Callable[[State, Shop, Sequence[str]], object]
"""Brings about a situation in a shop, with the given codes; its docstring says what will have happened."""


def blueprint(state: State, deliveries: Deliveries, scenarios: Mapping[str, Scenario]) -> Blueprint:
    """GET /_control/ and the forms on it."""
    pages = Blueprint("control_page", __name__, url_prefix="/_control")

    @pages.get("/")
    def control() -> str:
        newest = list(deliveries.log)[-SHOWN_DELIVERIES:][::-1]
        return render_template(
            "control/control.html",
            state=state,
            switches=state.switches.delivery,
            deliveries=newest,
            scenarios=[(name, run.__doc__ or "") for name, run in scenarios.items()],
            steps=list(STEPS),
        )

    _form_routes(pages, state, deliveries)
    _scenario_route(pages, state, scenarios)
    return pages


def _form_routes(pages: Blueprint, state: State, deliveries: Deliveries) -> None:
    @pages.post("/forms/clock")
    def clock() -> BaseResponse:
        with state.lock:
            flash(_move_clock(state))
        return _back()

    @pages.post("/forms/switches")
    def switches() -> BaseResponse:
        with state.lock:
            _set_switches(state)
        deliveries.wake()
        flash("The switches are set.")
        return _back()


def _scenario_route(pages: Blueprint, state: State, scenarios: Mapping[str, Scenario]) -> None:
    @pages.post("/forms/scenarios/<name>")
    def run(name: str) -> BaseResponse:
        if name not in scenarios:
            abort(404, f"There is no scenario {name!r}.")
        shop = shop_named(state, request.form.get("shop", ""))
        codes = request.form.get("codes", "").replace(",", " ").split()
        try:
            with state.acting():
                made = scenarios[name](state, shop, codes)
            flash(f"{name} was played at {shop.name}: {made}")
        except Refused as refusal:
            flash(refusal.message)
        return _back()


def _back() -> BaseResponse:
    return redirect("/_control/", code=303)


def _move_clock(state: State) -> str:
    step = request.form.get("step", "")
    if step == "run":
        state.clock.run()
        return "The clock follows real time."
    if step in STEPS:
        state.clock.move(STEPS[step])
        return f"The clock went on by a {step}."
    try:
        state.clock.set(parse_instant(request.form.get("at", "")))
    except ValueError as problem:
        return f"The clock was not set: {problem}."
    return "The clock stands where you set it."


def _set_switches(state: State) -> None:
    """Read the form; a number that is none leaves its switch as it was."""
    delivery = state.switches.delivery
    for name in TICKS:
        setattr(delivery, name, name in request.form)
    for name in COUNTS:
        setattr(delivery, name, request.form.get(name, getattr(delivery, name), type=int))
    for name in (*SHARES, "delay_seconds"):
        setattr(delivery, name, request.form.get(name, getattr(delivery, name), type=float))
