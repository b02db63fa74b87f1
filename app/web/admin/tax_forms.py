"""A creator's tax forms: what was uploaded, whether it holds, and a merchant's word about it."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.creators import store as creators
from app.flows import tax_forms
from app.kernel.errors import RefusedError
from app.kernel.period import day_of
from app.payouts import run_store, tax_store
from app.reports import people
from app.shops.staff import Role
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.uploads import as_file, attached
from app.web.visit import Visit, back, cashier, visit

pages = Blueprint("tax_forms", __name__)
REFUSED = 422
KINDS = {
    "w9": "W-9: a US person",
    "w8ben": "W-8BEN: a person outside the US",
    "w8ben_e": "W-8BEN-E: a company outside the US",
}


@pages.get("/creators/<handle>/tax")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    return _page(handle, Form({}))


@pages.post("/creators/<handle>/tax")
@audience(Audience.MERCHANT)
def put(handle: str) -> AnyResponse | tuple[str, int]:
    """A form that the creator sent another way, such as by mail."""

    def keep(v: Visit, form: Form) -> None:
        signed = tax_forms.read(form.value("kind"), form.value("signed_on"), attached())
        vault, zone = cashier().vault, v.shop.timezone
        tax_forms.submit(v.session, vault, handle, signed, timezone=zone, actor=v.actor, now=v.now)

    return _write(handle, keep, "added")


@pages.post("/creators/<handle>/tax/<int:form_id>")
@audience(Audience.MERCHANT)
def decide(handle: str, form_id: int) -> AnyResponse | tuple[str, int]:
    """Accept it, or say what is wrong with it."""
    accepts = request.form.get("verb") == "accept"

    def say(v: Visit, form: Form) -> None:
        if accepts:
            tax_forms.accept(v.session, handle, form_id, actor=v.actor, now=v.now)
        else:
            tax_forms.reject(v.session, handle, form_id, form.value("reason"), actor=v.actor, now=v.now)

    return _write(handle, say, "approved" if accepts else "rejected")


@pages.get("/creators/<handle>/tax/<int:form_id>/file")
@audience(Audience.MERCHANT, needs=Role.MANAGER)
def file(handle: str, form_id: int) -> Response:
    """The file, kept and never shown as a page."""
    with visit() as v:
        creator = creators.creator(v.session, handle)
        return as_file(tax_forms.opened(v.session, cashier().vault, creator.id, form_id))


def _write(handle: str, deed: Callable[[Visit, Form], None], done: str) -> AnyResponse | tuple[str, int]:
    form = Form(request.form)
    try:
        with visit() as v:
            deed(v, form)
    except RefusedError as refused:
        return _page(handle, form, str(refused)), REFUSED
    return back(f"/creators/{handle}/tax", done)


def _page(handle: str, form: Form, problem: str = "") -> str:
    with visit() as v:
        person = people.person(v.session, handle, v.now)
        return render_template(
            "admin/tax_forms.html",
            person=person,
            forms=tax_store.of_creator(v.session, person.id),
            is_demanded=run_store.settings(v.session).tax_form_demanded,
            today=day_of(v.now, v.shop.timezone),
            kinds=KINDS,
            form=form,
            problem=problem,
        )
