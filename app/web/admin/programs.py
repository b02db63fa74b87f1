"""Programs: the list, a new one, its name, hold and window, and the versions that its offer had."""

from datetime import datetime
from decimal import Decimal
from functools import partial

import msgspec
from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.attribution.modelbook import MODELS
from app.campaigns import store as campaigns
from app.campaigns.crediting import WINDOW_DAYS
from app.campaigns.links import LinkTerms
from app.campaigns.model import HOLD_DAYS, OfferVersion, Program, ProgramDraft, in_force
from app.campaigns.put_program import put
from app.campaigns.vanity import USUAL as USUAL_PATTERN
from app.campaigns.vanity import Bearer, check_pattern, forms
from app.flows import rotate_code
from app.flows.discount_words import shoppers_get
from app.flows.offer_words import summary
from app.flows.start_program import ProgramExists, start_program
from app.kernel import words
from app.kernel.errors import Invalid
from app.reports import offers as reports
from app.tracking.store import single
from app.web.admin.crediting import ORDERS, crediting_of, typed
from app.web.admin.offers_history import history
from app.web.audience import Audience, audience
from app.web.forms import Form, percent, read_handle, whole
from app.web.visit import Visit, back, desk, format_of, visit

pages = Blueprint("programs", __name__)
REFUSED = 422
USUAL = {"name": "", "handle": "", "window_days": "30", "hold_days": "30", "rate": "10", "discount": "10"}
"""What the form of a new program proposes."""


@pages.get("/programs")
@audience(Audience.MERCHANT)
def listed() -> str:
    """Every program with what it pays now."""
    with visit() as v:
        programs = campaigns.programs(v.session)
        versions = campaigns.versions(v.session, [(v.shop.id, p.id) for p in programs])
        drafts = campaigns.drafted(v.session)
        enrolled = reports.enrolled(v.session)
    fmt = format_of(v.shop)
    rows = []
    for program in programs:
        standing = in_force(versions.get((v.shop.id, program.id), []), v.now)
        said = summary(standing.terms, fmt) if standing else None
        rows.append((program, standing, said, enrolled.get(program.id, 0), program.id in drafts))
    return render_template("admin/programs.html", rows=rows)


@pages.get("/programs/new")
@audience(Audience.MERCHANT)
def new() -> str:
    """The form of a new program."""
    return render_template("admin/program_new.html", form=Form(USUAL))


@pages.post("/programs")
@audience(Audience.MERCHANT)
def create() -> Response | tuple[str, int]:
    """Start the program, or show the form again with what is wrong beside each field."""
    form = Form(request.form)
    draft = _draft(form, read_handle(form, words.handle_of(form.value("handle"))))
    rate, discount = form.read("rate", percent, Decimal(0)), form.read("discount", percent, Decimal(0))
    if not form.errors:
        try:
            with visit() as v:
                start_program(
                    v.session, desk(), draft, rate=rate / 100, discount=discount, actor=v.actor, now=v.now
                )
            return back(f"/programs/{draft.handle}", "added")
        except (ProgramExists, Invalid) as refusal:
            form.errors["handle" if isinstance(refusal, ProgramExists) else "form"] = str(refusal)
    return render_template("admin/program_new.html", form=form), REFUSED


@pages.get("/programs/<handle>")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page of one program."""
    with visit() as v:
        return _page(v, campaigns.program(v.session, words.handle(handle)), None)


@pages.post("/programs/<handle>")
@audience(Audience.MERCHANT)
def change(handle: str) -> Response | tuple[str, int]:
    """Rename the program, or change its hold and window."""
    form = Form(request.form)
    draft = _draft(form, words.handle(handle))
    with visit() as v:
        program = campaigns.program(v.session, draft.handle)
        links = _links(form, program.links)
        if form.errors:
            return _page(v, program, form), REFUSED
        draft = msgspec.structs.replace(draft, links=links)
        put(v.session, draft, actor=v.actor, now=v.now)
    return back(f"/programs/{handle}", "saved")


@pages.post("/programs/<handle>/codes")
@audience(Audience.MERCHANT)
def retry_codes(handle: str) -> Response:
    """Ask Shopify once more for every code of the program that it has not."""
    with visit() as v:
        rotate_code.retry_all(v.session, desk(), words.handle(handle), actor=v.actor, now=v.now)
    return back(f"/programs/{handle}", "retried")


@pages.get("/programs/<handle>/versions")
@audience(Audience.MERCHANT)
def versions(handle: str) -> str:
    """Every version of the offer: what changed, who said so, who was told, what it came to."""
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        held = campaigns.versions_of(v.session, program.id)
        tallies = reports.tallies(v.session, program.id, program.handle)
        agreed = reports.agreements(v.session, program.handle)
    told = history(held, tallies, agreed, format_of(v.shop), v.now)
    return render_template("admin/offer_versions.html", program=program, told=told)


def _page(v: Visit, program: Program, form: Form | None) -> str:
    held = campaigns.versions_of(v.session, program.id)
    standing = in_force(held, v.now)
    usual = {
        "name": program.name,
        "window_days": str(program.window_days),
        "hold_days": str(program.hold_days),
        "code_pattern": program.code_pattern,
        **typed(program.crediting),
        "apply_code": "1" if program.links.apply_code else "",
        "utm_source": program.links.source,
        "utm_campaign": program.links.campaign,
    }
    fmt = format_of(v.shop)
    return render_template(
        "admin/program.html",
        program=program,
        form=form or Form(usual),
        models=MODELS,
        orders_of_sources=ORDERS,
        example=next(forms(program.code_pattern, _example(program, standing))),
        standing=standing,
        words=summary(standing.terms, fmt) if standing else None,
        saved=shoppers_get(standing.terms, fmt) if standing else None,
        coming=[(o, summary(o.terms, fmt)) for o in _coming(held, v.now)],
        draft=campaigns.draft(v.session, program.id),
        versions=len(held),
        codes=reports.codes_under_way(v.session, program.id),
        pool=single.pool(v.session, program.id)
        if standing is not None and standing.terms.given.single_use is not None
        else None,
        live=form is None,
        enrolled=reports.enrolled(v.session).get(program.id, 0),
    )


def _example(program: Program, standing: OfferVersion | None) -> Bearer:
    """Somebody whose code shows what the program's pattern gives."""
    percent = standing.terms.discount.percent if standing else None
    return Bearer("Anna Berg", "anna", program.handle, percent)


def _coming(versions: list[OfferVersion], now: datetime) -> list[OfferVersion]:
    """What will hold later, by its day; of two for one instant only the later decision."""
    by_start = {o.effective_from: o for o in versions if o.effective_from > now}
    return [by_start[start] for start in sorted(by_start)]


def _links(form: Form, standing: LinkTerms) -> LinkTerms:
    """The link settings that were typed; those that the page does not show stay. Wrong ones are noted in the form."""
    if "utm_source" not in form.sent:
        return standing
    found = msgspec.structs.replace(standing, apply_code=bool(form.value("apply_code")))
    for name in ("source", "campaign"):
        found = form.read(f"utm_{name}", partial(_template, found, name), found)
    return found


def _template(standing: LinkTerms, name: str, text: str) -> LinkTerms:
    return LinkTerms(**(msgspec.structs.asdict(standing) | {name: text.strip()}))


def _draft(form: Form, handle: str) -> ProgramDraft:
    return ProgramDraft(
        handle,
        form.read("name", words.line, "-"),
        form.read("window_days", whole(*WINDOW_DAYS), WINDOW_DAYS[0]),
        form.read("hold_days", whole(*HOLD_DAYS), HOLD_DAYS[0]),
        crediting_of(form),
        code_pattern=form.read("code_pattern", check_pattern, USUAL_PATTERN)
        if "code_pattern" in form.sent
        else None,
    )
