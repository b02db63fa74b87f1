"""Settings: what this merchant calls creators, and the terms of each program."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.audit.store import record
from app.campaigns import store as campaigns
from app.campaigns.model import HOLD_DAYS, WINDOW_DAYS, OfferVersion, Program, ProgramDraft, in_force
from app.flows.change_terms import Terms, change_terms
from app.kernel import words
from app.kernel.errors import Conflict, Invalid
from app.shops import store as shops
from app.web.admin.forms import Form, percent, whole
from app.web.audience import Audience, audience
from app.web.visit import Visit, back, desk, visit

pages = Blueprint("settings", __name__)
REFUSED = 422
WORDS = ("creator", "influencer", "affiliate", "ambassador", "partner")
USUAL = {"name": "Main", "window_days": "30", "hold_days": "30", "rate": "10", "discount": "10"}
"""What the form of the first program proposes."""


@pages.get("/settings")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    with visit() as v:
        return _page(v, {})


@pages.post("/settings/word")
@audience(Audience.MERCHANT)
def word() -> Response | tuple[str, int]:
    """Say what creators are called."""
    chosen = request.form.get("creator_word", "")
    with visit() as v:
        if chosen not in WORDS:
            return _page(v, {}, word_error=f"{chosen[:40]!r} is none of the words in the list."), REFUSED
        shops.change(v.session, v.shop.id, creator_word=chosen)
        record(v.session, "shop.word", subject="shop", actor=v.actor, facts={"word": chosen}, now=v.now)
    return back("/settings", "saved")


@pages.post("/settings/programs/<handle>")
@audience(Audience.MERCHANT)
def terms(handle: str) -> Response | tuple[str, int]:
    """Change a program's terms, or show the page again with what is wrong beside each field."""
    form = Form(request.form)
    asked = read_terms(words.handle(handle), form)
    if not form.errors:
        try:
            with visit() as v:
                change_terms(v.session, desk(), asked, actor=v.actor, now=v.now)
            return back("/settings", "saved")
        except (Conflict, Invalid) as refusal:
            form.errors["form"] = str(refusal)
    with visit() as v:
        return _page(v, {handle: form}), REFUSED


def read_terms(handle: str, form: Form) -> Terms:
    """The terms that the form asks for; what could not be read is in its errors."""
    hundred = Decimal(100)
    draft = ProgramDraft(
        handle,
        form.read("name", words.line, USUAL["name"]),
        form.read("window_days", whole(*WINDOW_DAYS), WINDOW_DAYS[0]),
        form.read("hold_days", whole(*HOLD_DAYS), HOLD_DAYS[0]),
    )
    rate = form.read("rate", percent, Decimal(0)) / hundred
    discount = form.read("discount", percent, Decimal(0))
    return Terms(draft, rate, discount, at_once=form.value("at_once") == "yes")


def _page(v: Visit, typed: dict[str, Form], *, word_error: str | None = None) -> str:
    programs = [(p, campaigns.versions_of(v.session, p.id)) for p in campaigns.programs(v.session)]
    forms = [_shown(p, versions, typed.get(p.handle), v) for p, versions in programs]
    if not forms:
        forms = [{"handle": "main", "form": typed.get("main") or Form(USUAL), "first": True, "simple": True}]
    return render_template("admin/settings.html", words=WORDS, forms=forms, word_error=word_error)


def _shown(program: Program, versions: list[OfferVersion], typed: Form | None, v: Visit) -> dict[str, Any]:
    standing = in_force(versions, v.now)
    coming = max(versions, key=lambda o: (o.effective_from, o.version), default=None)
    offer = coming or standing
    rules = offer.terms.rules if offer else ()
    simple = all(rule.kind == "percent" for rule in rules) and len(rules) <= 1
    rate = Decimal(rules[0].fields["rate"]) * 100 if rules and simple else Decimal(10)
    percents = offer.terms.discount.percent if offer else None
    values = {
        "name": program.name,
        "window_days": str(program.window_days),
        "hold_days": str(program.hold_days),
        "rate": f"{rate.normalize():f}",
        "discount": f"{percents if percents is not None else Decimal(10):f}",
    }
    return {
        "handle": program.handle,
        "form": typed or Form(values),
        "first": not versions,
        "simple": simple,
        "version": standing.version if standing else None,
        "since": standing.effective_from if standing else None,
        "coming": coming if coming is not None and coming.effective_from > v.now else None,
    }
