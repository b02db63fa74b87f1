"""Where one is paid: entered by the creator alone, after a fresh sign-in; masked wherever it is shown."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.flows import payout_details
from app.kernel.errors import RefusedError
from app.kernel.ids import ShopId
from app.payouts import details_store, run_store
from app.shops import store as shops
from app.web.audience import Audience, audience
from app.web.details_form import read
from app.web.forms import Form
from app.web.portal.door import SIGN_IN
from app.web.portal.visit import Visit, now, place, visit
from app.web.portal.words import BY_ACCOUNT
from app.web.visit import back, cashier

if TYPE_CHECKING:
    from app.identities.model import PortalSession

pages = Blueprint("details", __name__)
REFUSED = 422


@pages.get("/portal/<shop>/<creator>/details")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """What is known, masked, and the form for whoever signed in just now."""
    with visit(shop, creator) as v:
        return _page(v, Form({}), "")


@pages.post("/portal/<shop>/<creator>/details")
@audience(Audience.CREATOR)
def put(shop: str, creator: str) -> Response | tuple[str, int]:
    """Keep a new version: paid to after three days, told to the address that is known."""
    if not _is_fresh():
        return redirect(f"{SIGN_IN}?again=1&to={quote(request.path)}", 303)
    form = Form(request.form)
    try:
        with visit(shop, creator) as v:
            _keep(v, form)
    except RefusedError as refused:
        with visit(shop, creator) as v:
            return _page(v, form, str(refused)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/details", "saved")


def _keep(v: Visit, form: Form) -> None:
    vault = cashier().vault
    key = shops.shop_key(v.session, vault, ShopId(v.shop.id)) or b""
    typed = read(form.sent)
    payout_details.change(v.session, vault, v.creator.handle, typed, shop_key=key, actor=v.actor, now=v.now)


def _is_fresh() -> bool:
    signed: PortalSession = g.signed
    return signed.is_fresh(now())


def _page(v: Visit, form: Form, problem: str) -> str:
    return render_template(
        "portal/details.html",
        details=details_store.newest(v.session, v.creator.id),
        pause=run_store.paused(v.session, v.creator.id),
        ways=BY_ACCOUNT,
        is_fresh=_is_fresh(),
        now=v.now,
        form=form,
        problem=problem,
    )
