"""The offer of a program: a draft is edited, tried on past orders, reviewed and published; every version is told."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.campaigns import drafts
from app.campaigns import store as campaigns
from app.campaigns.model import Draft, DraftChanged, Program
from app.commissions.contradictions import BadTerms
from app.commissions.rulebook import CONDITIONS, KINDS
from app.flows.dry_run import Trial, dry_run
from app.flows.offer_limits import check_limits
from app.flows.offer_words import summary
from app.kernel import words
from app.kernel.errors import Invalid
from app.reports import people
from app.web.admin.offers_draw import draw
from app.web.admin.offers_read import Reading, read
from app.web.admin.offers_start import first_typed
from app.web.admin.offers_typed import Typed, of_terms, sent
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, format_of, visit

pages = Blueprint("offers", __name__)
REFUSED = 422
ACTS = ("add", "when", "drop", "up", "down")
"""What changes the form without saving it."""


@pages.get("/programs/<handle>/offer")
@audience(Audience.MERCHANT)
def edit(handle: str) -> str:
    """The draft, or the newest terms to begin one with."""
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        draft = campaigns.draft(v.session, program.id)
        newest = max(campaigns.versions_of(v.session, program.id), key=lambda o: o.version, default=None)
        terms = draft.terms if draft else newest.terms if newest else None
        typed = of_terms(terms) if terms else first_typed(program)
        return _page(v, program, draft, typed, Reading(terms))


@pages.post("/programs/<handle>/offer")
@audience(Audience.MERCHANT)
def act(handle: str) -> Response | tuple[str, int] | str:
    """Save the draft, try it, go on to publish it; or change the form and show it again."""
    typed = sent(request.form)
    asked, _, where = request.form.get("act", "save").partition(":")
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        draft = campaigns.draft(v.session, program.id)
        if asked in ACTS:
            at = _change(typed, asked, where)
            return _page(v, program, draft, typed, Reading(), at=at)
        reading = _within_limits(v, program, read(typed, v.shop.currency))
        if reading.terms is None:
            return _page(v, program, draft, typed, reading), REFUSED
        if asked == "try":
            return _try(v, program, draft, typed, reading)
        try:
            drafts.save(
                v.session, program, reading.terms, read=request.form.get("read", ""), actor=v.actor, now=v.now
            )
        except DraftChanged as refusal:
            reading.errors["form"] = str(refusal)
            return _page(v, program, campaigns.draft(v.session, program.id), typed, reading), REFUSED
    if asked == "publish":
        return back(f"/programs/{program.handle}/offer/publication", "saved")
    return back(f"/programs/{program.handle}/offer", "saved")


@pages.delete("/programs/<handle>/offer")
@audience(Audience.MERCHANT)
def discard(handle: str) -> Response:
    """Forget the draft."""
    with visit() as v:
        drafts.discard(v.session, campaigns.program(v.session, words.handle(handle)))
    return back(f"/programs/{handle}", "discarded")


def _within_limits(v: Visit, program: Program, reading: Reading) -> Reading:
    """The same, or with a sentence beside the cap that is used up already."""
    try:
        if reading.terms is not None:
            check_limits(v.session, program, reading.terms)
    except BadTerms as refusal:
        return Reading(errors={f"rules.{refusal.rule}": str(refusal)})
    return reading


def _try(
    v: Visit, program: Program, draft: Draft | None, typed: Typed, reading: Reading
) -> str | tuple[str, int]:
    assert reading.terms is not None  # noqa: S101 - read() said so
    try:
        trial = dry_run(v.session, program, reading.terms, timezone=v.shop.timezone, now=v.now)
    except Invalid as refusal:
        reading.errors["form"] = str(refusal)
        return _page(v, program, draft, typed, reading), REFUSED
    return _page(v, program, draft, typed, reading, tried=trial)


def _change(typed: Typed, asked: str, where: str) -> str | None:
    """Add, move or remove a part; returns the name of the part that is to have the focus."""
    rule, _, condition = where.partition(".")
    number = _number(rule)
    match asked:
        case "add":
            return typed.add(request.form.get("add", ""))
        case "when":
            return typed.add_condition(number, request.form.get(f"rules.{number}.add", ""))
        case "drop":
            typed.drop(number, _number(condition) if condition else None)
            return None
        case _:
            return typed.move(number, -1 if asked == "up" else 1)


def _number(text: str) -> int:
    """A part's number; one that was made up names no part."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("999") else 999


def _page(
    v: Visit,
    program: Program,
    draft: Draft | None,
    typed: Typed,
    reading: Reading,
    *,
    at: str | None = None,
    tried: Trial | None = None,
) -> str:
    names = people.names(v.session, [handle for handle, _ in tried.rows()]) if tried else {}
    return render_template(
        "admin/offer_edit.html",
        program=program,
        draft=draft,
        stamp=draft.stamp if draft else "",
        form=draw(typed, reading.errors, v.shop.currency, at=at),
        errors=reading.errors,
        words=summary(reading.terms, format_of(v.shop)) if reading.terms else None,
        kinds=KINDS,
        conditions=CONDITIONS,
        tried=tried,
        names=names,
    )
