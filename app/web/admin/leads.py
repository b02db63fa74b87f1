"""Leads: whose each one is and why, what it earns, and a person's word about it."""

from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.creators import store as creators
from app.flows import derive_awards
from app.flows.rule_leads import rule as say
from app.kernel import words
from app.kernel.errors import Invalid, RefusedError
from app.leads import store
from app.leads.model import Ruling, State
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, desk, visit

pages = Blueprint("leads", __name__)
REFUSED = 422
AT_ONCE = 50
LONGEST_REASON = 500
LAST_PAGE = 10_000
VERBS = {"approve": Ruling.APPROVED, "reject": Ruling.REJECTED, "undo": None}
DONE = {"approve": "approved", "reject": "rejected", "undo": "undone"}


@pages.get("/leads")
@audience(Audience.MERCHANT)
def show() -> str:
    """Those that wait; with `state` the others, with `creator` one creator's."""
    return _page()


@pages.post("/leads/rulings")
@audience(Audience.MERCHANT)
def rule() -> Response | tuple[str, int]:
    """Say one word about the chosen leads: all of it happens, or nothing."""
    verb, _, only = request.form.get("verb", "").partition(" ")
    reason = request.form.get("reason", "")
    try:
        with visit() as v:
            _say(v, verb, [only] if only else request.form.getlist("lead"), reason)
    except RefusedError as refused:
        return _page(problem=str(refused), typed=reason), REFUSED
    return back(_here(), DONE[verb])


def _say(v: Visit, verb: str, refs: list[str], reason: str) -> None:
    if verb not in VERBS:
        raise Invalid("Press Approve or Reject to decide.")
    if not refs:
        raise Invalid("Nothing was chosen. Tick the leads that you decide about.")
    said = words.line(reason, longest=LONGEST_REASON) if reason.strip() else ""
    say(v.session, refs[:AT_ONCE], VERBS[verb], reason=said, actor=v.actor, now=v.now)
    derive_awards.request(v.session, desk().queue, v.shop.id)


def _state() -> State | None:
    """None: all of them. Whatever is no state is the list of those that wait."""
    asked = request.values.get("state", "")
    if asked == "all":
        return None
    return State(asked) if asked in set(State) else State.PENDING


def _here() -> str:
    whose = request.values.get("creator", "")
    return f"/leads?state={_state() or 'all'}" + (f"&creator={quote(whose)}" if whose else "")


def _page(*, problem: str = "", typed: str = "") -> str:
    state, handle = _state(), request.values.get("creator", "")
    number = request.values.get("page", "")
    page = min(int(number), LAST_PAGE) if number.isascii() and number.isdecimal() and len(number) < 9 else 1  # noqa: PLR2004 - digits of no page
    skip = (max(page, 1) - 1) * AT_ONCE
    with visit() as v:
        creator = creators.creator(v.session, handle) if handle else None
        whose = creator.id if creator else None
        rows = store.shown(v.session, most=AT_ONCE + 1, state=state, creator_id=whose, skip=skip)
        counts = store.counts(v.session, whose)
    return render_template(
        "admin/leads.html",
        rows=rows[:AT_ONCE],
        more=page + 1 if len(rows) > AT_ONCE else None,
        counts=counts,
        states=list(State),
        state=state,
        creator=creator,
        problem=problem,
        typed=typed,
    )
