"""Fees, bonuses and gifts of one creator: what there is, giving one, taking one back, letting go of a debt."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.commissions import award_store
from app.commissions.awards import AwardKind
from app.creators import store as creators
from app.flows import give_award
from app.flows.give_award import Given
from app.kernel import words
from app.kernel.currency import minor_units
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import random_token
from app.reports import people
from app.reports.reasons import AWARDS
from app.web.audience import Audience, audience
from app.web.forms import Form, whole
from app.web.visit import Visit, back, visit

pages = Blueprint("awards", __name__)
REFUSED = 422
USUAL = {"kind": "bonus", "hold_days": "0"}


@pages.get("/creators/<handle>/awards")
@audience(Audience.MERCHANT)
def listed(handle: str) -> str:
    """The page."""
    with visit() as v:
        return _page(v, handle, Form(USUAL))


@pages.post("/creators/<handle>/awards")
@audience(Audience.MERCHANT)
def give(handle: str) -> Response | tuple[str, int]:
    """Give a bonus or a gift, or show the form again with what is wrong beside each field."""
    form = Form(request.form)
    try:
        with visit() as v:
            given = _given(form, handle, v.shop.currency)
            if given is not None:
                give_award.give(v.session, given, actor=v.actor, now=v.now)
    except (Invalid, NotFound) as refusal:
        form.errors["form"] = str(refusal)
    return _answer(handle, form, "given")


@pages.post("/creators/<handle>/write-offs")
@audience(Audience.MERCHANT)
def write_off(handle: str) -> Response | tuple[str, int]:
    """Let go of a debt, with a reason."""
    form = Form(request.form)
    currency = form.value("currency")[:3]
    try:
        with visit() as v:
            minor = form.read("amount", amount(currency), 0)
            reason = form.read("reason", words.line, "")
            if not form.errors:
                give_award.write_off(
                    v.session, handle, amount_minor=minor, currency=currency, reason=reason,
                    once=form.value("once")[:60], actor=v.actor, now=v.now,
                )  # fmt: skip
    except (Conflict, Invalid) as refusal:
        form.errors["form"] = str(refusal)
    return _answer(handle, form, "written_off")


@pages.route("/creators/<handle>/awards/<path:key>/revocation", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def revocation(handle: str, key: str) -> Response | tuple[str, int]:
    """POST takes the award back, DELETE lets it stand again; both with a reason."""
    form = Form(request.form)
    verb, done = (
        (give_award.restore, "restored") if request.method == "DELETE" else (give_award.revoke, "revoked")
    )
    reason = form.read("reason", words.line, "")
    if not form.errors:
        with visit() as v:
            verb(v.session, key, reason=reason, actor=v.actor, now=v.now)
    return _answer(handle, form, done)


def amount(currency: str) -> Callable[[str], int]:
    """A check for an amount of that currency; a comma is a point."""
    return lambda typed: minor_units(typed.strip().replace(",", "."), currency)


def _given(form: Form, handle: str, currency: str) -> Given | None:
    """What the form gives; None when a field of it has an error."""
    minor = form.read("amount", amount(currency), 0)
    reason = form.read("reason", words.line, "")
    hold = form.read("hold_days", whole(0, give_award.MOST_DAYS), 0)
    kind = AwardKind.GIFT if form.value("kind") == "gift" else AwardKind.BONUS
    if form.errors:
        return None
    return Given(
        kind, handle, form.value("program"), minor, currency, reason,
        0 if kind is AwardKind.GIFT else hold, form.value("once")[:60],
    )  # fmt: skip


def _answer(handle: str, form: Form, done: str) -> Response | tuple[str, int]:
    if not form.errors:
        return back(f"/creators/{handle}/awards", done)
    with visit() as v:
        return _page(v, handle, form), REFUSED


def _page(v: Visit, handle: str, form: Form) -> str:
    person = people.person(v.session, handle, v.now)
    return render_template(
        "admin/awards.html",
        person=person,
        awards=award_store.of_creator(v.session, creators.creator(v.session, handle).id),
        debts=[(owed.currency, -owed.payable_minor) for owed in person.owed if owed.payable_minor < 0],
        labels=AWARDS,
        form=form,
        once=random_token(12),
    )
