"""What a merchant does with creators: add one, give a code, pause, archive, and each of it undone."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.campaigns import store as campaigns
from app.campaigns.crediting import CreditPolicy
from app.creators import archive, enroll
from app.creators import store as creators
from app.creators.model import Contact, HandleTaken
from app.flows import name_code
from app.flows.keep_creators import Newcomer, give_code, take_in
from app.kernel import words
from app.kernel.change import Change
from app.kernel.errors import Conflict, Invalid
from app.reports import store
from app.tracking.model import check_code
from app.web.admin.creators import page_of
from app.web.admin.crediting import POLICIES, policy
from app.web.audience import Audience, audience
from app.web.forms import Form, optional, read_handle
from app.web.visit import back, desk, visit

pages = Blueprint("creator_writes", __name__)
REFUSED = 422
CHANNELS = ("instagram", "tiktok", "youtube")


@pages.get("/creators/new")
@audience(Audience.MERCHANT)
def new() -> str:
    """The empty form."""
    return _form(Form({}))


@pages.post("/creators")
@audience(Audience.MERCHANT)
def create() -> Response | tuple[str, int]:
    """Take in the creator, or show the form again with what is wrong beside each field."""
    form = Form(request.form)
    who = newcomer(form)
    if form.errors:
        return _form(form), REFUSED
    try:
        if not who.code:
            who = replace(who, code=by_pattern(who))
        with visit() as v:
            take_in(v.session, desk(), who, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refusal:
        form.errors["handle" if isinstance(refusal, HandleTaken) else "code"] = str(refusal)
        return _form(form), REFUSED
    return back(f"/creators/{who.handle}", "added")


@pages.post("/creators/<handle>/codes")
@audience(Audience.MERCHANT)
def add_code(handle: str) -> Response | tuple[str, int]:
    """Give the creator another code."""
    typed, program = request.form.get("code", ""), request.form.get("program", "")
    try:
        with visit() as v:
            given = give_code(
                v.session, desk(), handle, program=program, code=typed, actor=v.actor, now=v.now
            )
    except (Conflict, Invalid) as refusal:
        return page_of(handle, typed=typed, error=str(refusal)), REFUSED
    if given is Change.UNCHANGED:
        return page_of(handle, typed=typed, error="They have this code already: see the list above."), REFUSED
    return back(f"/creators/{handle}", "added")


@pages.route("/creators/<handle>/enrollments/<program>/pause", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def pause(handle: str, program: str) -> Response:
    """POST pauses the creator in the program, DELETE lets them go on."""
    verb, done = (enroll.resume, "resumed") if request.method == "DELETE" else (enroll.pause, "paused")
    with visit() as v:
        creator = creators.creator(v.session, handle)
        found = campaigns.program(v.session, program)
        verb(v.session, creator, program_id=found.id, program=found.handle, actor=v.actor, now=v.now)
    return back(f"/creators/{handle}", done)


@pages.route("/creators/<handle>/archival", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def archival(handle: str) -> Response:
    """POST puts the creator aside, DELETE takes them back."""
    verb, done = (
        (archive.restore, "restored") if request.method == "DELETE" else (archive.archive, "archived")
    )
    with visit() as v:
        verb(v.session, handle, actor=v.actor, now=v.now)
    return back(f"/creators/{handle}", done)


def newcomer(form: Form) -> Newcomer:
    """The creator that the form describes; what could not be read is in its errors."""
    name = form.read("name", words.line, "")
    profile = {c: form.read(c, optional(words.line), None) for c in CHANNELS}
    contact = Contact(
        name,
        form.read("email", optional(words.email), None),
        {channel: text for channel, text in profile.items() if text},
    )
    handle = read_handle(form, form.value("handle").strip().lower())
    return Newcomer(
        handle,
        contact,
        form.value("program"),
        form.read("code", optional(check_code), None) or "",
        form.read("credit", policy, CreditPolicy.ALWAYS),
    )


def by_pattern(who: Newcomer) -> str:
    """A code for them that is free here and in Shopify, which is asked while no transaction is open."""
    with visit() as v:
        shop_id, alone = v.shop.id, name_code.is_offline(v.session)
        free = name_code.free_here(
            v.session, name=who.contact.name, handle=who.handle, program=who.program, now=v.now
        )
    return free[0] if alone else name_code.first_free(desk(), shop_id, free)


def _form(form: Form) -> str:
    with visit() as v:
        programs, _ = store.choices(v.session)
    return render_template(
        "admin/creator_new.html", form=form, programs=programs, channels=CHANNELS, policies=POLICIES
    )
