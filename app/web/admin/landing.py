"""A creator's page in the store: what stands on it, and whether shoppers see it."""

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from app.creators import store as creators
from app.kernel.errors import Invalid
from app.reports import people
from app.storefront.model import Landing, check_address, check_picture, check_products, check_text
from app.storefront.put_landing import put_landing
from app.storefront.store import landings
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.guard import gate_of
from app.web.visit import back, visit

pages = Blueprint("landing", __name__)
REFUSED = 422


@pages.get("/creators/<handle>/landing")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    return _page(handle, None)


@pages.post("/creators/<handle>/landing")
@audience(Audience.MERCHANT)
def save(handle: str) -> Response | tuple[str, int]:
    """Let the creator's page be as typed, or show the form again with what is wrong beside each field."""
    form = Form(request.form)
    page = Landing(
        bool(form.value("is_live")),
        form.read("picture", check_picture, ""),
        form.read("words", check_text, ""),
        form.read("products", check_products, ()),
    )
    if form.errors:
        return _page(handle, form), REFUSED
    try:
        with visit() as v:
            put_landing(v.session, creators.creator(v.session, handle), page, actor=v.actor, now=v.now)
    except Invalid as refusal:
        form.errors["form"] = str(refusal)
        return _page(handle, form), REFUSED
    return back(f"/creators/{handle}/landing", "saved")


def _page(handle: str, form: Form | None) -> str:
    with visit() as v:
        person = people.person(v.session, handle, v.now)
        page = landings.landing(v.session, person.id)
        is_shown = landings.shown(v.session, handle, v.now) is not None
    usual = {
        "is_live": "1" if page.is_live else "",
        "picture": page.picture,
        "words": page.words,
        "products": "\n".join(page.products),
    }
    return render_template(
        "admin/landing.html",
        person=person,
        form=form or Form(usual),
        is_live=page.is_live,
        is_shown=is_shown,
        kept=_kept(handle),
        address=in_store(v.shop.domain, handle),
    )


def _kept(handle: str) -> str | None:
    """Why this creator can have no page."""
    try:
        check_address(handle)
    except Invalid as refusal:
        return str(refusal)
    return None


def in_store(domain: str, path: str) -> str:
    """The address of a page of ours in that shop's store; the devstore shows every shop below its own."""
    origin = gate_of(current_app).admin_origin
    return (
        f"{origin}/shops/{domain}/apps/tribute/{path}" if origin else f"https://{domain}/apps/tribute/{path}"
    )
