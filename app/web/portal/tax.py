"""Tax forms of a creator: upload one, see whether the shop accepted it and how long it holds."""

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.flows import tax_forms
from app.kernel.errors import RefusedError
from app.kernel.period import day_of
from app.payouts import run_store, tax_store
from app.web.audience import Audience, audience
from app.web.portal.visit import Visit, place, visit
from app.web.uploads import as_file, attached
from app.web.visit import back, cashier

pages = Blueprint("tax", __name__)
REFUSED = 422


@pages.get("/portal/<shop>/<creator>/tax")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page."""
    with visit(shop, creator) as v:
        return _page(v, {}, "")


@pages.post("/portal/<shop>/<creator>/tax")
@audience(Audience.CREATOR)
def put(shop: str, creator: str) -> AnyResponse | tuple[str, int]:
    """Hand a signed form in."""
    typed = request.form.to_dict()
    try:
        with visit(shop, creator) as v:
            signed = tax_forms.read(typed.get("kind", ""), typed.get("signed_on", ""), attached())
            vault, zone = cashier().vault, v.shop.timezone
            tax_forms.submit(
                v.session, vault, v.creator.handle, signed, timezone=zone, actor=v.actor, now=v.now
            )
    except RefusedError as refused:
        with visit(shop, creator) as v:
            return _page(v, typed, str(refused)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/tax", "sent")


@pages.get("/portal/<shop>/<creator>/tax/<int:number>/file")
@audience(Audience.CREATOR)
def file(shop: str, creator: str, number: int) -> Response:
    """One's own form."""
    with visit(shop, creator) as v:
        return as_file(tax_forms.opened(v.session, cashier().vault, v.creator.id, number))


def _page(v: Visit, typed: dict[str, str], problem: str) -> str:
    return render_template(
        "portal/tax.html",
        forms=tax_store.of_creator(v.session, v.creator.id),
        is_demanded=run_store.settings(v.session).tax_form_demanded,
        today=day_of(v.now, v.shop.timezone),
        typed=typed,
        problem=problem,
    )
